// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.graph.ServiceCallbacks.Check;

/**
 * One round of health checks of a service, and of the components that it has. Entered by
 * the coordinator and by the thread that runs it, as every {@link Invocation}.
 */
public final class CheckInvocation extends Invocation {

	/** The components to check, {@code null} if there are none. */
	private final @Nullable CheckRound round;

	private long stoodStillBefore;

	private @Nullable Throwable healthFailure;

	CheckInvocation(Coordinator coordinator, Incarnation incarnation, @Nullable CheckRound round,
			Consumer<? super Invocation> completion) {
		super(coordinator, incarnation, Method.CHECK, null, completion);
		this.round = round;
	}

	@Nullable CheckRound round() {
		return this.round;
	}

	@Override
	public boolean begin(@Nullable Thread runner) {
		this.stoodStillBefore = coordinator().stoodStill();
		return super.begin(runner);
	}

	/**
	 * Whether the process has stood still since it has begun: then a timeout inside a
	 * check may have passed for no other reason.
	 * @return whether it has
	 */
	boolean stoodStill() {
		return coordinator().stoodStill() != this.stoodStillBefore;
	}

	@Override
	protected void call() {
		if (!mayCall()) {
			return;
		}
		Throwable notReady = failureOf(node().callbacks().checkReady());
		check(notReady, isAsked() ? null : failureOf(node().callbacks().checkHealth()));
	}

	// What fails of the service itself says more than what fails of a part of it.
	private void check(@Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		this.healthFailure = notHealthy;
		CheckRound components = this.round;
		failure(notReady);
		if (components != null) {
			components.run(this::isAsked);
			failure((notReady != null) ? notReady : components.notReady());
			this.healthFailure = (notHealthy != null) ? notHealthy : components.notHealthy();
		}
	}

	private @Nullable Throwable failureOf(@Nullable Check check) {
		try {
			Surrounding surrounding = coordinator().surrounding();
			if (check != null && surrounding != null) {
				surrounding.run(inner(check::call));
			}
			else if (check != null) {
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
	public void end(@Nullable Throwable notReady, @Nullable Throwable notHealthy) {
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
		return node().callbacks().checkReady() != null || hasParts();
	}

	/**
	 * Whether there is anything to check for health.
	 * @return whether the service has such a check, or a component
	 */
	boolean checksHealth() {
		return node().callbacks().checkHealth() != null || hasParts();
	}

	private boolean hasParts() {
		return this.round != null && !this.round.isEmpty();
	}

}
