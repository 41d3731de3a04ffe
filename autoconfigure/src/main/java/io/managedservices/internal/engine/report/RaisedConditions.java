// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;

/**
 * The conditions that one side has raised of a service and not resolved. Of hints and
 * warnings the first {@value #MAX} are kept. Errors are all kept, because each makes the
 * service unhealthy. Up to {@value #MAX} conditions are shown, errors first. Confined to
 * the coordinator.
 */
final class RaisedConditions {

	/** How many hints and warnings are kept, and how many conditions are shown. */
	static final int MAX = 100;

	private final Map<String, Condition> all = new LinkedHashMap<>();

	/** How many of them are errors. */
	private int errors;

	/** Says that not all are shown, until all are resolved. */
	private @Nullable Condition more;

	private final Runnable changed;

	/**
	 * Create conditions: none.
	 * @param changed called when they have changed
	 */
	RaisedConditions(Runnable changed) {
		this.changed = changed;
	}

	@Nullable Condition get(String id) {
		return this.all.get(id);
	}

	/**
	 * Takes a condition in place of the one of its id.
	 * @param condition the condition
	 * @return whether there was room for it; if not, there is none of its id any more
	 */
	boolean put(Condition condition) {
		Condition previous = this.all.get(condition.id());
		boolean fits = isError(condition) || (previous != null && !isError(previous))
				|| this.all.size() - this.errors < MAX;
		if (!fits) {
			remove(condition.id());
			return false;
		}
		this.errors += count(condition) - count(previous);
		this.all.put(condition.id(), condition);
		this.changed.run();
		return true;
	}

	void remove(String id) {
		this.errors -= count(this.all.remove(id));
		this.changed.run();
	}

	@Nullable Condition more() {
		return this.more;
	}

	void more(@Nullable Condition more) {
		this.more = more;
		this.changed.run();
	}

	/**
	 * Those that were raised and are kept.
	 * @param id which one, or {@code null} for all
	 * @return a copy
	 */
	List<Condition> raised(@Nullable String id) {
		if (id == null) {
			return List.copyOf(this.all.values());
		}
		Condition condition = this.all.get(id);
		return (condition != null) ? List.of(condition) : List.of();
	}

	boolean isEmpty() {
		return this.all.isEmpty();
	}

	boolean isMoreThanShown() {
		return this.all.size() > MAX;
	}

	boolean hasError() {
		return this.errors > 0;
	}

	List<Condition> shown() {
		if (!isMoreThanShown()) {
			return withMore(this.all.values());
		}
		List<Condition> shown = new ArrayList<>(first(RaisedConditions::isError, MAX));
		shown.addAll(first((condition) -> !isError(condition), MAX - shown.size()));
		return withMore(shown);
	}

	private List<Condition> first(Predicate<Condition> which, int count) {
		return this.all.values().stream().filter(which).limit(count).toList();
	}

	private List<Condition> withMore(Collection<Condition> conditions) {
		List<Condition> result = new ArrayList<>(conditions);
		if (this.more != null) {
			result.add(this.more);
		}
		return result;
	}

	/**
	 * Forgets all.
	 * @return what there was
	 */
	List<Condition> clear() {
		List<Condition> cleared = withMore(this.all.values());
		this.all.clear();
		this.errors = 0;
		more(null);
		return cleared;
	}

	private static int count(@Nullable Condition condition) {
		return (condition != null && isError(condition)) ? 1 : 0;
	}

	private static boolean isError(Condition condition) {
		return condition.severity() == Severity.ERROR;
	}

}
