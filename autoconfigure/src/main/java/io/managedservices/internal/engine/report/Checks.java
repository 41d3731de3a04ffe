// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceComponent;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;

/**
 * The rounds of checks of running services: when the next one is due, and what follows
 * from what it finds. Confined to the coordinator.
 */
public final class Checks implements Aspect.Entered {

	private final Coordinator coordinator;

	private final Turn turn;

	private final Failures failures;

	private final VitalSigns vitals;

	private final Reporting reporting;

	/** The next round of each running service that has any. */
	private final Facts<NextRound> rounds;

	/**
	 * Create checks.
	 * @param coordinator the coordinator
	 * @param failures is told of services that fail
	 * @param vitals is told what was found
	 * @param reporting is told what was found of components
	 */
	public Checks(Coordinator coordinator, Failures failures, VitalSigns vitals, Reporting reporting) {
		this.coordinator = coordinator;
		this.turn = coordinator.turn();
		this.rounds = coordinator.facts();
		this.failures = failures;
		this.vitals = vitals;
		this.reporting = reporting;
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		if (node.state() == ServiceState.RUNNING && this.vitals.hasChecks(node)) {
			nextRound(node).isDue = true;
		}
		else if (from == ServiceState.RUNNING) {
			NextRound round = this.rounds.remove(node);
			if (round != null) {
				this.turn.timers().remove(round);
			}
		}
	}

	private NextRound nextRound(ServiceNode node) {
		return this.rounds.of(node, (checked) -> new NextRound(checked, this.turn));
	}

	/**
	 * Adds a component to a service: it is checked at once where the service runs.
	 * @param node the service
	 * @param incarnation the incarnation that it belongs to
	 * @param name its name within the service
	 * @param component the component
	 * @return removes it, inside the coordinator
	 */
	public Runnable add(ServiceNode node, Incarnation incarnation, String name, ServiceComponent component) {
		Findings.Part part = this.reporting.add(node, incarnation, name, component);
		checkNow(node);
		return () -> {
			this.reporting.remove(node, part);
			checkNow(node);
		};
	}

	private void checkNow(ServiceNode node) {
		if (node.state() == ServiceState.RUNNING) {
			nextRound(node).isDue = true;
			this.turn.lookAt(node);
		}
	}

	/**
	 * Takes the round of a service that is due now.
	 * @param node a running service
	 * @param completion is given the round when it has come back
	 * @return the round, or {@code null} if none is due
	 */
	public @Nullable Invocation takeDue(ServiceNode node, Consumer<? super Invocation> completion) {
		NextRound round = this.rounds.of(node);
		if (round == null || !round.isDue) {
			return null;
		}
		round.isDue = false;
		Findings findings = this.vitals.known(node);
		return new CheckInvocation(this.coordinator, Objects.requireNonNull(node.incarnation()),
				(findings != null) ? findings.beginRound(node.name()) : null, completion);
	}

	/**
	 * Sees to it that a round comes, one interval from now, if there is anything to check
	 * or there are errors, which the next round that passes clears.
	 * @param node a running service that no round is under way of
	 */
	public void scheduleNext(ServiceNode node) {
		Findings findings = this.vitals.known(node);
		boolean checked = node.callbacks().hasChecks();
		if (checked || (findings != null && (findings.hasParts() || findings.hasErrors()))) {
			NextRound round = nextRound(node);
			if (round.due() == TimerQueue.NEVER && !round.isDue) {
				this.turn.timers().set(round, this.turn.now() + node.settings().health().interval().toNanos());
			}
		}
	}

	/**
	 * A round has come back.
	 * @param node a running service
	 * @param invocation the round
	 */
	public void completed(ServiceNode node, Invocation invocation) {
		CheckInvocation check = (CheckInvocation) invocation;
		boolean passed = check.failure() == null && check.healthFailure() == null;
		if (!passed && check.stoodStill()) {
			// It says nothing.
			nextRound(node).isDue = true;
			return;
		}
		if (passed && this.vitals.hasChecks(node)) {
			this.turn.timers().set(nextRound(node), this.turn.nextLook(node.settings().health().interval()));
		}
		if (!check.isAsked() && node.isToRun()) {
			this.reporting.checked(node, check.round(), check.healthFailure() == null, null);
			checked(node, check.failure(), check.healthFailure());
		}
	}

	/**
	 * A round hangs.
	 * @param node a service that is to run
	 * @param invocation the round
	 * @param failure its timeout
	 */
	public void hangs(ServiceNode node, Invocation invocation, Throwable failure) {
		CheckInvocation check = (CheckInvocation) invocation;
		this.reporting.checked(node, check.round(), false, failure);
		checked(node, check.checksReady() ? failure : null, check.checksHealth() ? failure : null);
	}

	private void checked(ServiceNode node, @Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		int failed = 0;
		if (notHealthy != null || this.vitals.known(node) != null) {
			failed = this.vitals.findings(node).healthChecked(notHealthy == null);
		}
		this.vitals.checked(node, notReady, notHealthy);
		int threshold = node.settings().health().failureThreshold();
		if (notReady != null && notReady != notHealthy) {
			tell(node, notReady);
		}
		if (notHealthy != null && threshold > 0 && failed >= threshold) {
			this.failures.checksFailed(node, notHealthy);
		}
		else if (notHealthy != null) {
			tell(node, notHealthy);
		}
	}

	private void tell(ServiceNode node, Throwable failure) {
		this.turn.tellFailure(node, Method.CHECK.toString(), failure, Severity.WARNING);
	}

	/**
	 * When the next round of a service is made.
	 */
	private static final class NextRound extends Timer {

		private final ServiceNode node;

		private final Turn turn;

		private boolean isDue;

		NextRound(ServiceNode node, Turn turn) {
			this.node = node;
			this.turn = turn;
		}

		@Override
		protected void fire() {
			this.isDue = true;
			this.turn.lookAt(this.node);
		}

	}

}
