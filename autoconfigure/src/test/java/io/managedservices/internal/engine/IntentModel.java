// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;

/**
 * What is asked of the services of one simulated life, noted by whoever asks. It reads
 * nothing of the engine but the graph, so that an engine that forgets what it was told is
 * found out.
 */
final class IntentModel {

	/** All services by name, each after those that it depends on. */
	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private boolean up;

	private int requests;

	IntentModel(ServiceGraph graph) {
		for (int index = 0; index < graph.size(); index++) {
			add(graph.definition(index), null);
		}
		derive();
	}

	private void add(ServiceDefinition definition, @Nullable String owner) {
		Entry entry = new Entry();
		entry.activation = definition.descriptor().activation();
		entry.owner = owner;
		definition.descriptor()
			.dependencies()
			.stream()
			.filter((dependency) -> dependency.kind() == ServiceDependency.Kind.REQUIRED)
			.forEach((dependency) -> entry.dependencies.add(dependency.name()));
		if (owner != null) {
			entry.dependencies.add(owner);
		}
		this.entries.put(definition.name(), entry);
	}

	/**
	 * Services are registered.
	 * @param definitions the services, each after those that it depends on
	 * @param owner the service that they belong to, or {@code null}
	 */
	void register(List<ServiceDefinition> definitions, @Nullable String owner) {
		definitions.forEach((definition) -> add(definition, owner));
		derive();
	}

	/**
	 * Services are to be unregistered.
	 * @param names their names
	 * @param dependents whether those that depend on them are, too
	 * @return the names of all that are, or {@code null} if that is to be refused
	 */
	@Nullable Set<String> unregister(Collection<String> names, boolean dependents) {
		Set<String> gone = new LinkedHashSet<>(names);
		boolean refused = false;
		// Dependents come after what they depend on.
		for (Map.Entry<String, Entry> each : this.entries.entrySet()) {
			Entry entry = each.getValue();
			if (!gone.contains(each.getKey()) && entry.dependencies.stream().anyMatch(gone::contains)) {
				boolean taken = dependents || belongsTo(entry, gone);
				refused |= !taken && entry.hold != Hold.UNREGISTERED;
				if (taken) {
					gone.add(each.getKey());
				}
			}
		}
		if (refused) {
			return null;
		}
		gone.forEach((name) -> entry(name).hold = Hold.UNREGISTERED);
		derive();
		return gone;
	}

	private boolean belongsTo(Entry entry, Set<String> owners) {
		for (String owner = entry.owner; owner != null; owner = entry(owner).owner) {
			if (owners.contains(owner)) {
				return true;
			}
		}
		return false;
	}

	private Entry entry(String name) {
		return Objects.requireNonNull(this.entries.get(name), name);
	}

	/**
	 * Whether somebody has asked for a service to be unregistered.
	 * @param name its name
	 * @return whether somebody has
	 */
	boolean isUnregistered(String name) {
		Entry entry = this.entries.get(name);
		return entry == null || entry.hold == Hold.UNREGISTERED;
	}

	/**
	 * Forgets the services that are there no longer.
	 * @param present whether there is one of a name
	 * @return the names of those that nobody has asked to be unregistered, and that
	 * belong to no other one
	 */
	List<String> forgetUnless(Predicate<String> present) {
		List<String> gone = this.entries.keySet().stream().filter(present.negate()).toList();
		List<String> lost = gone.stream()
			.filter((name) -> entry(name).hold != Hold.UNREGISTERED && entry(name).owner == null)
			.toList();
		if (!gone.isEmpty()) {
			gone.forEach(this.entries::remove);
			derive();
		}
		return lost;
	}

	/**
	 * A service goes with the incarnation that it belongs to.
	 * @param name its name
	 */
	void goes(String name) {
		if (entry(name).hold != Hold.UNREGISTERED) {
			entry(name).hold = Hold.UNREGISTERED;
			derive();
		}
	}

	/**
	 * All services are to start: those that ended by themselves, too.
	 */
	void startAll() {
		if (!this.up) {
			this.entries.values()
				.forEach((entry) -> entry.hold = (entry.hold == Hold.COMPLETED) ? Hold.NONE : entry.hold);
		}
		this.up = true;
		derive();
	}

	/**
	 * All services are to stop.
	 */
	void stopAll() {
		this.up = false;
		derive();
	}

	/**
	 * An operator wants something.
	 * @param action what
	 * @param nodes of which services
	 * @return whether it is to be refused, as far as that depends on what was asked for
	 * before
	 */
	boolean perform(ServiceAction action, Collection<ServiceNode> nodes) {
		boolean gone = nodes.stream().anyMatch((node) -> entry(node.name()).hold == Hold.UNREGISTERED);
		boolean refused = switch (action) {
			case START -> gone || nodes.stream().anyMatch((node) -> !this.up || !isStartable(entry(node.name())));
			case RESTART, RETRY -> gone || nodes.stream().anyMatch((node) -> !isToRun(node));
			case STOP, ENABLE, DISABLE, ON_DEMAND -> gone;
			default -> false;
		};
		if (!refused) {
			nodes.forEach((node) -> apply(action, entry(node.name())));
		}
		derive();
		return refused;
	}

	/**
	 * Somebody asks for a service, or nobody does any more.
	 * @param node the service
	 * @param isDemanded whether somebody does
	 */
	void demanded(ServiceNode node, boolean isDemanded) {
		if (entry(node.name()).demanded != isDemanded) {
			entry(node.name()).demanded = isDemanded;
			derive();
		}
	}

	private boolean isStartable(Entry entry) {
		return switch (entry.activation) {
			case ENABLED -> true;
			case ON_DEMAND -> entry.needed || entry.demanded;
			case DISABLED -> false;
		};
	}

	private void apply(ServiceAction action, Entry entry) {
		switch (action) {
			case START -> entry.hold = Hold.NONE;
			case STOP -> entry.hold = Hold.STOPPED;
			case ENABLE, DISABLE, ON_DEMAND -> entry.activation = action.activation();
			default -> {
			}
		}
	}

	/**
	 * An operator sets what is wanted of services.
	 * @param newActivations what is wanted
	 */
	void activate(Map<ServiceNode, Activation> newActivations) {
		newActivations.forEach((node, activation) -> entry(node.name()).activation = activation);
		derive();
	}

	/**
	 * A service has ended by itself. What that takes down belongs to no failure, as with
	 * any request.
	 * @param node the service
	 * @param restarts whether it is to be started again
	 */
	void completed(ServiceNode node, boolean restarts) {
		if (!restarts && entry(node.name()).hold == Hold.NONE) {
			entry(node.name()).hold = Hold.COMPLETED;
		}
		derive();
	}

	private void derive() {
		this.requests++;
		this.entries.values().forEach((entry) -> entry.needed = false);
		List<Entry> all = new ArrayList<>(this.entries.values());
		for (int index = all.size() - 1; index >= 0; index--) {
			Entry entry = all.get(index);
			entry.intended = entry.hold == Hold.NONE && isStartable(entry);
			if (entry.intended) {
				// What it belongs to is not needed by it.
				entry.dependencies.stream()
					.filter((name) -> !name.equals(entry.owner))
					.map(this.entries::get)
					.filter(Objects::nonNull)
					.forEach((dependency) -> dependency.needed = true);
			}
		}
	}

	/**
	 * How many requests there were: while the number stays, nothing was asked for.
	 * @return the number
	 */
	int requests() {
		return this.requests;
	}

	boolean isToRun(ServiceNode node) {
		return this.up && entry(node.name()).intended;
	}

	boolean isIntended(ServiceNode node) {
		return entry(node.name()).intended;
	}

	boolean isHeld(ServiceNode node) {
		return entry(node.name()).hold != Hold.NONE;
	}

	Activation activation(ServiceNode node) {
		return entry(node.name()).activation;
	}

	/**
	 * What keeps a service down although it may be enabled.
	 */
	private enum Hold {

		NONE, STOPPED, COMPLETED, UNREGISTERED

	}

	/**
	 * What is asked of one service.
	 */
	private static final class Entry {

		private final Set<String> dependencies = new LinkedHashSet<>();

		private @Nullable String owner;

		private Activation activation = Activation.ENABLED;

		private Hold hold = Hold.NONE;

		/** Whether somebody asks for it, or has asked for it a short time ago. */
		private boolean demanded;

		private boolean intended;

		/** Whether one that is to run depends on it. */
		private boolean needed;

	}

}
