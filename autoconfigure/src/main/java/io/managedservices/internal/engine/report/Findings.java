// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceComponent;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.state.Condition;

/**
 * What one service has reported of itself, and what was found of it. Confined to the
 * coordinator, except for {@link Part}, which is immutable; made for the services that
 * report anything, which are few.
 */
final class Findings {

	private final int capacity;

	/** Those that the service has raised. */
	private final RaisedConditions conditions = new RaisedConditions(this::changed);

	/** Warnings about its work, which the service itself cannot resolve. */
	private final Map<String, Condition> warnings = new LinkedHashMap<>();

	/** Those that others have raised, which the end of an incarnation does not touch. */
	private final RaisedConditions fromOutside = new RaisedConditions(this::changed);

	private final Deque<Entry> errors = new ArrayDeque<>();

	/** How many errors were ever reported. */
	private long reported;

	/** How many of them are cleared: all that came before one of them. */
	private long cleared;

	private final List<Part> parts = new ArrayList<>();

	private final List<Component> components = new ArrayList<>();

	/** What vanished with the end of the incarnation, until it is told. */
	private List<Condition> vanished = List.of();

	/** How many health checks in a row have failed. */
	private int failedChecks;

	private @Nullable Reports published = Reports.NONE;

	Findings(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * All of it, as others see it.
	 * @return the same as long as nothing has changed
	 */
	Reports reports() {
		if (this.published == null) {
			this.published = new Reports(all(), this.errors.stream().map(Entry::error).toList(),
					(int) Math.min(Integer.MAX_VALUE, this.reported - this.errors.size() - this.cleared),
					this.components);
		}
		return this.published;
	}

	int failedChecks() {
		return this.failedChecks;
	}

	/**
	 * Counts a round of checks.
	 * @param passed whether no health check has failed
	 * @return how many in a row have failed now
	 */
	int healthChecked(boolean passed) {
		this.failedChecks = passed ? 0 : this.failedChecks + 1;
		return this.failedChecks;
	}

	RaisedConditions conditions() {
		return this.conditions;
	}

	RaisedConditions fromOutside() {
		return this.fromOutside;
	}

	private void changed() {
		this.published = null;
	}

	/**
	 * Raises a warning about its work, or changes the one of that id.
	 * @param warning the warning
	 * @return as it was, or {@code null} if it was not raised before
	 */
	@Nullable Condition putWarning(Condition warning) {
		this.published = null;
		return this.warnings.put(warning.id(), warning);
	}

	/**
	 * Resolves a warning about its work.
	 * @param id which one
	 * @return as it was, or {@code null} if it was not raised
	 */
	@Nullable Condition removeWarning(String id) {
		this.published = null;
		return this.warnings.remove(id);
	}

	private List<Condition> all() {
		List<Condition> all = this.conditions.shown();
		all.addAll(this.warnings.values());
		all.addAll(this.fromOutside.shown());
		return all;
	}

	/**
	 * Takes an error.
	 * @param error the error
	 * @param now the time, in nanoseconds
	 */
	void add(ReportedError error, long now) {
		if (this.errors.size() == this.capacity) {
			this.errors.remove();
		}
		this.errors.add(new Entry(error, now));
		this.reported++;
		this.published = null;
	}

	/**
	 * How many errors were reported until now.
	 * @return the number, also of those that were cleared or dropped
	 */
	long reported() {
		return this.reported;
	}

	/**
	 * How many errors were reported until some time ago.
	 * @param time the time, in nanoseconds
	 * @return the number, as far as it is known: those that were dropped count as later
	 * ones while all that are kept are later
	 */
	long reportedUntil(long time) {
		long until = this.reported - this.errors.size();
		long count = 0;
		for (Entry entry : this.errors) {
			if (entry.time() - time <= 0) {
				count = ++until;
			}
		}
		return count;
	}

	/**
	 * Clears the errors that were reported first.
	 * @param count how many, of all that were ever reported
	 * @return whether there were any
	 */
	boolean clearErrors(long count) {
		if (count <= this.cleared) {
			return false;
		}
		long oldest = this.reported - this.errors.size();
		for (; oldest < count; oldest++) {
			this.errors.remove();
		}
		this.cleared = count;
		this.published = null;
		return true;
	}

	/**
	 * Adds a component.
	 * @param part the component
	 */
	void add(Part part) {
		this.parts.add(part);
		this.components.add(new Component(part.name(), false, true, null));
		this.published = null;
	}

	/**
	 * Removes a component.
	 * @param part the component
	 * @return whether it was there
	 */
	boolean remove(Part part) {
		int index = indexOf(part);
		if (index < 0) {
			return false;
		}
		this.parts.remove(index);
		this.components.remove(index);
		this.published = null;
		return true;
	}

	// Two of them may be equal, one after the other.
	@SuppressWarnings("ReferenceEquality")
	private int indexOf(Part part) {
		for (int index = 0; index < this.parts.size(); index++) {
			if (this.parts.get(index) == part) {
				return index;
			}
		}
		return -1;
	}

	@Nullable Part part(String name) {
		return this.parts.stream().filter((part) -> part.name().equals(name)).findFirst().orElse(null);
	}

	boolean hasErrors() {
		return !this.errors.isEmpty();
	}

	boolean hasParts() {
		return !this.parts.isEmpty();
	}

	/**
	 * Begins a round of checks of what there is now.
	 * @param service the name of the service
	 * @return the round
	 */
	CheckRound beginRound(String service) {
		return new CheckRound(service, List.copyOf(this.parts), this.reported);
	}

	/**
	 * Takes in what a component was found to be, unless it was removed meanwhile.
	 * @param part the component
	 * @param component how it is
	 */
	void found(Part part, Component component) {
		int index = indexOf(part);
		if (index >= 0 && !component.equals(this.components.set(index, component))) {
			this.published = null;
		}
	}

	/**
	 * Whether nothing of it makes the service unhealthy.
	 * @param active whether the service is at work, so that its errors count
	 * @return whether it is well
	 */
	boolean isWell(boolean active) {
		return !(active && !this.errors.isEmpty()) && !this.conditions.hasError() && !this.fromOutside.hasError();
	}

	/**
	 * The service is started: nothing was checked yet.
	 */
	void begin() {
		this.failedChecks = 0;
	}

	/**
	 * The service has stopped: what belonged to its incarnation vanishes. Its errors are
	 * kept, or none would be seen of a service that fails because of them.
	 */
	void end() {
		this.vanished = this.conditions.clear();
		this.vanished.addAll(this.warnings.values());
		this.warnings.clear();
		this.parts.clear();
		this.components.clear();
		this.published = null;
	}

	List<Condition> takeVanished() {
		List<Condition> taken = this.vanished;
		this.vanished = List.of();
		return taken;
	}

	/**
	 * A component of the service.
	 *
	 * @param name its name within the service
	 * @param component its checks
	 * @param hasHealthCheck whether it has a health check of its own
	 */
	record Part(String name, ServiceComponent component, boolean hasHealthCheck) {

		static Part of(String name, ServiceComponent component) {
			try {
				return new Part(name, component,
						component.getClass().getMethod("checkHealth").getDeclaringClass() != ServiceComponent.class);
			}
			catch (NoSuchMethodException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * An error that was reported.
	 *
	 * @param error the error
	 * @param time when, in nanoseconds
	 */
	private record Entry(ReportedError error, long time) {

	}

}
