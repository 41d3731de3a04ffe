// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Keeps how services are: ready, healthy, and their last failure, from their states and
 * from what is found of them. Confined to the coordinator.
 */
public final class VitalSigns {

	private static final Vitals UP = new Vitals(true, true, null, null);

	private final Turn turn;

	/** Of services that have reported something or have failed a check, which are few. */
	private final Facts<Findings> findings;

	/**
	 * Create vital signs.
	 * @param coordinator the coordinator
	 */
	public VitalSigns(Coordinator coordinator) {
		this.turn = coordinator.turn();
		this.findings = coordinator.facts();
	}

	/**
	 * What is found of a service.
	 * @param node the service
	 * @return the findings, or {@code null} if there are none
	 */
	@Nullable Findings known(ServiceNode node) {
		return this.findings.of(node);
	}

	/**
	 * What is found of a service, from now on.
	 * @param node the service
	 * @return its findings
	 */
	Findings findings(ServiceNode node) {
		return this.findings.of(node, (found) -> new Findings(found.settings().health().errorBuffer()));
	}

	/**
	 * Whether there is anything to check.
	 * @param node the service
	 * @return whether it has a check, or a component
	 */
	boolean hasChecks(ServiceNode node) {
		Findings known = known(node);
		return node.callbacks().hasChecks() || (known != null && known.hasParts());
	}

	/**
	 * How many health checks of a service in a row have failed.
	 * @param node the service
	 * @return how many
	 */
	public int failedChecks(ServiceNode node) {
		Findings known = known(node);
		return (known != null) ? known.failedChecks() : 0;
	}

	/**
	 * Sets the vitals of a service that has come into another state.
	 * @param node the service
	 */
	void reset(ServiceNode node) {
		Throwable failure = node.vitals().failure();
		if (node.state() == ServiceState.RUNNING) {
			node.vitals(hasChecks(node) ? ServiceNode.NOT_READY : UP);
		}
		else if (failure == null && node.state() != ServiceState.FAILED) {
			node.vitals(ServiceNode.NOT_READY);
		}
		else {
			node.vitals(new Vitals(false, node.state() != ServiceState.FAILED, null, failure));
		}
		if (known(node) != null) {
			refresh(node);
		}
	}

	/**
	 * Sets whether a service is healthy by all that is known of it.
	 * @param node the service
	 */
	void refresh(ServiceNode node) {
		Vitals known = node.vitals();
		boolean healthy = isHealthy(node);
		if (healthy != known.healthy()) {
			node.vitals(new Vitals(known.ready(), healthy, known.status(), known.failure()));
		}
	}

	private boolean isHealthy(ServiceNode node) {
		Findings known = known(node);
		boolean passes = switch (node.state()) {
			case FAILED -> false;
			case RUNNING -> failedChecks(node) == 0 && node.ending() != StopReason.FAILURE;
			default -> true;
		};
		return passes && (known == null || known.isWell(node.isActive()));
	}

	/**
	 * Sets the vitals of a running service by what its checks have found, which is noted
	 * already in its findings.
	 * @param node the service
	 * @param notReady why it is not ready, or {@code null}
	 * @param notHealthy why it is not healthy, or {@code null}
	 */
	void checked(ServiceNode node, @Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		Vitals previous = node.vitals();
		Throwable failure = (notHealthy != null) ? notHealthy : notReady;
		if (failure == null && previous.ready() && previous.healthy()
				&& node.snapshot().reports().equals(node.reports())) {
			return;
		}
		node.vitals(new Vitals(notReady == null, isHealthy(node), previous.status(), failure));
		node.publishChange();
		if (previous.ready() != node.vitals().ready() || previous.healthy() != node.vitals().healthy()
				|| (previous.failure() == null && failure != null)) {
			this.turn.tell(new LifecycleEvent.VitalsChanged(previous, node.snapshot()));
		}
	}

}
