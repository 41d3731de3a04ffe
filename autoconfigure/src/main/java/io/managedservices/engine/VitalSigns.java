package io.managedservices.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceSnapshot.Vitals;
import io.managedservices.ServiceState;

/**
 * Keeps how services are: ready, healthy, and their last failure. Confined to the
 * coordinator.
 */
final class VitalSigns {

	private final Turn turn;

	VitalSigns(Turn turn) {
		this.turn = turn;
	}

	/**
	 * Sets the vitals of a service that has come into another state.
	 * @param node the service
	 */
	void reset(ServiceNode node) {
		Throwable failure = node.vitals.failure();
		if (node.state == ServiceState.RUNNING) {
			node.vitals = node.hasChecks() ? ServiceNode.NOT_READY : ServiceNode.UP;
		}
		else if (failure == null && node.state != ServiceState.FAILED) {
			node.vitals = ServiceNode.NOT_READY;
		}
		else {
			node.vitals = new Vitals(false, node.state != ServiceState.FAILED, null, failure);
		}
	}

	/**
	 * Sets the vitals of a running service by what its checks have found.
	 * @param node the service
	 * @param notReady why it is not ready, or {@code null}
	 * @param notHealthy why it is not healthy, or {@code null}
	 */
	void checked(ServiceNode node, @Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		Vitals previous = node.vitals;
		Throwable failure = (notHealthy != null) ? notHealthy : notReady;
		if (failure == null && previous.ready() && previous.healthy()) {
			return;
		}
		node.publishVitals(new Vitals(notReady == null, notHealthy == null, previous.status(), failure));
		if (previous.ready() != node.vitals.ready() || previous.healthy() != node.vitals.healthy()
				|| previous.failure() == null) {
			this.turn.tell(new ServiceEvent.VitalsChanged(previous, node.snapshot));
		}
	}

}
