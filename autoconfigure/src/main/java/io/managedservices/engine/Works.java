package io.managedservices.engine;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.EventRefusedException;
import io.managedservices.WorkSnapshot;

/**
 * The work of all services: which of them has any. Confined to the coordinator.
 */
final class Works {

	private final Coordinator coordinator;

	private final @Nullable WorkDriver driver;

	Works(Coordinator coordinator, @Nullable WorkDriver driver) {
		this.coordinator = coordinator;
		this.driver = driver;
		if (driver != null) {
			driver.bind(coordinator);
		}
	}

	/**
	 * Takes over the services that are declared to have work.
	 * @param nodes all services
	 */
	void initialize(ServiceNode[] nodes) {
		for (ServiceNode node : nodes) {
			if (!node.definition.hooks().isEmpty()) {
				of(node);
			}
		}
	}

	/**
	 * The work of a service, from now on.
	 * @param node the service
	 * @return its work
	 */
	NodeWork of(ServiceNode node) {
		NodeWork known = node.work;
		if (known == null) {
			known = new NodeWork(this.coordinator, node, driver());
			node.work = known;
		}
		return known;
	}

	WorkDriver driver() {
		if (this.driver == null) {
			throw new IllegalStateException("This engine was made without a driver for work inside services");
		}
		return this.driver;
	}

	void sleep(Collection<ServiceNode> nodes, boolean asleep) {
		// Where there is no driver there is no work.
		if (this.driver != null) {
			nodes.forEach((node) -> of(node).owned().sleep(asleep));
		}
	}

	void emit(ServiceNode source, Object event) {
		List<String> refused = driver().emit(of(source), event);
		if (!refused.isEmpty()) {
			throw new EventRefusedException(
					"The event %s of service '%s' could not be taken by %s: they do not run, or have as many events waiting as managed-services.work.event-capacity allows"
						.formatted(event, source.name(), refused),
					refused);
		}
	}

	static WorkSnapshot snapshot(ServiceNode node) {
		NodeWork known = node.work;
		return (known != null) ? known.owned().snapshot() : WorkSnapshot.NONE;
	}

}
