// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

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
		if (node.findings != null) {
			refresh(node);
		}
	}

	/**
	 * Sets whether a service is healthy by all that is known of it.
	 * @param node the service
	 */
	void refresh(ServiceNode node) {
		Vitals known = node.vitals;
		boolean healthy = isHealthy(node);
		if (healthy != known.healthy()) {
			node.vitals = new Vitals(known.ready(), healthy, known.status(), known.failure());
		}
	}

	private static boolean isHealthy(ServiceNode node) {
		boolean passes = switch (node.state) {
			case FAILED -> false;
			case RUNNING -> node.failedChecks == 0 && node.ending != StopReason.FAILURE;
			default -> true;
		};
		return passes && (node.findings == null || node.findings.isWell(node.isActive()));
	}

	/**
	 * Sets the vitals of a running service by what its checks have found, which is noted
	 * already in its findings and in how many health checks have failed.
	 * @param node the service
	 * @param notReady why it is not ready, or {@code null}
	 * @param notHealthy why it is not healthy, or {@code null}
	 */
	void checked(ServiceNode node, @Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		Vitals previous = node.vitals;
		Throwable failure = (notHealthy != null) ? notHealthy : notReady;
		if (failure == null && previous.ready() && previous.healthy()
				&& node.snapshot.reports().equals(node.reports())) {
			return;
		}
		node.publishVitals(new Vitals(notReady == null, isHealthy(node), previous.status(), failure));
		if (previous.ready() != node.vitals.ready() || previous.healthy() != node.vitals.healthy()
				|| (previous.failure() == null && failure != null)) {
			this.turn.tell(new LifecycleEvent.VitalsChanged(previous, node.snapshot));
		}
	}

}
