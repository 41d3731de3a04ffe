// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.ServiceCallbacks.Check;

/**
 * One round of health checks of a service, and of the components that it has. Entered by
 * the coordinator and by the thread that runs it, as every {@link Invocation}.
 */
final class CheckInvocation extends Invocation {

	/** The components to check, {@code null} if there are none. */
	final @Nullable CheckRound round;

	private final Coordinator coordinator;

	private long stoodStillBefore;

	private @Nullable Throwable healthFailure;

	CheckInvocation(Coordinator coordinator, ServiceNode node, Incarnation incarnation) {
		super(coordinator, node, Method.CHECK, null, incarnation);
		this.coordinator = coordinator;
		this.round = (node.findings != null) ? node.findings.beginRound(node.name()) : null;
	}

	@Override
	protected boolean begin(@Nullable Thread runner) {
		this.stoodStillBefore = this.coordinator.stoodStill();
		return super.begin(runner);
	}

	/**
	 * Whether the process has stood still since it has begun: then a timeout inside a
	 * check may have passed for no other reason.
	 * @return whether it has
	 */
	boolean stoodStill() {
		return this.coordinator.stoodStill() != this.stoodStillBefore;
	}

	@Override
	protected void call() {
		Throwable notReady = failureOf(this.node.callbacks().checkReady());
		check(notReady, isAsked() ? null : failureOf(this.node.callbacks().checkHealth()));
	}

	// What fails of the service itself says more than what fails of a part of it.
	private void check(@Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		this.failure = notReady;
		this.healthFailure = notHealthy;
		CheckRound components = this.round;
		if (components != null) {
			components.run(this::isAsked);
			this.failure = (notReady != null) ? notReady : components.notReady();
			this.healthFailure = (notHealthy != null) ? notHealthy : components.notHealthy();
		}
	}

	private static @Nullable Throwable failureOf(@Nullable Check check) {
		try {
			if (check != null) {
				check.call();
			}
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	/**
	 * Leaves with what a simulation made of the checks of the service itself.
	 * @param notReady what the readiness check threw, or {@code null}
	 * @param notHealthy what the health check threw, or {@code null}
	 */
	void end(@Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		check(notReady, notHealthy);
		end();
	}

	@Nullable Throwable healthFailure() {
		return this.healthFailure;
	}

	/**
	 * Whether there is anything to check for readiness.
	 * @return whether the service has such a check, or a component
	 */
	boolean checksReady() {
		return this.node.callbacks().checkReady() != null || hasParts();
	}

	/**
	 * Whether there is anything to check for health.
	 * @return whether the service has such a check, or a component
	 */
	boolean checksHealth() {
		return this.node.callbacks().checkHealth() != null || hasParts();
	}

	private boolean hasParts() {
		return this.round != null && !this.round.isEmpty();
	}

}
