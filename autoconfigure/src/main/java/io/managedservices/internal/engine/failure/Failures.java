// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.Restart.Policy;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.CallOutcome;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Facts;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.kernel.Turn;
import io.managedservices.internal.engine.kernel.Verdict;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * What follows from a failure: another attempt, a restart, or giving up. It sets facts
 * and decides no state. Confined to the coordinator.
 */
public final class Failures implements Aspect.Entered {

	/** What has failed of a service that was running. */
	private static final String RUN = "run";

	private final Turn turn;

	private final Episodes episodes;

	private final RetryPolicies retries = new RetryPolicies();

	/** What is known of services that have failed, which are few. */
	private final Facts<Recovery> recoveries;

	/** Why services could not be stopped, while all are being stopped. */
	private @Nullable Map<ServiceNode, Throwable> unstopped;

	public Failures(Coordinator coordinator, Episodes episodes) {
		this.turn = coordinator.turn();
		this.recoveries = coordinator.facts();
		this.episodes = episodes;
	}

	private Recovery recovery(ServiceNode node) {
		return this.recoveries.of(node, (failed) -> new Recovery());
	}

	/**
	 * The next failure to start a service is the first again.
	 * @param node the service
	 */
	public void forgetBackOff(ServiceNode node) {
		Recovery recovery = this.recoveries.of(node);
		if (recovery != null) {
			recovery.backOff = null;
		}
	}

	/**
	 * The next restart of a service is the first again.
	 * @param node the service
	 */
	public void forgetRestarts(ServiceNode node) {
		Recovery recovery = this.recoveries.of(node);
		if (recovery != null) {
			recovery.restarts = null;
		}
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		if (node.state() == ServiceState.BACKOFF) {
			backOff(node, recovery(node));
		}
		else if (from == ServiceState.BACKOFF) {
			this.turn.timers().remove(recovery(node).timer(this.turn, node));
		}
	}

	// After a failure at run time the attempts to start are counted from the first again.
	private void backOff(ServiceNode node, Recovery recovery) {
		long delay = recovery.retryDelay;
		node.due(delay == 0);
		if (delay > 0) {
			this.turn.timers().set(recovery.timer(this.turn, node), this.turn.now() + delay * 1_000_000);
		}
		node.attempt((node.ending() != null) ? 0 : node.attempt().number(), this.turn.instant().plusMillis(delay));
		node.ending(null);
	}

	/**
	 * A service reports that it has failed, or is found to have.
	 * @param node a service
	 * @param incarnation the incarnation that this is about
	 * @param cause why
	 */
	public void failed(ServiceNode node, Incarnation incarnation, Throwable cause) {
		if (node.incarnation() == incarnation) {
			if (node.state() == ServiceState.RUNNING && node.isToRun()) {
				failedRunning(node, cause, RUN);
				return;
			}
			if (node.state() == ServiceState.STARTING && node.outcome() == CallOutcome.NONE) {
				startFailed(node, cause);
				this.turn.lookAt(node);
				return;
			}
		}
		// It is on its way down already.
		this.turn.tellFailure(node, RUN, cause, Severity.WARNING);
		this.turn.tell(new LifecycleEvent.ErrorReported(node.snapshot(), cause));
	}

	/**
	 * A running service has failed since its checks have.
	 * @param node a service that is to run
	 * @param cause what the last check failed with
	 */
	public void checksFailed(ServiceNode node, Throwable cause) {
		failedRunning(node, cause, Method.CHECK.toString());
	}

	private void failedRunning(ServiceNode node, Throwable cause, String what) {
		long delay = (node.settings().restart().policy() != Policy.NEVER) ? restartDelay(node) : -1;
		end(node, StopReason.FAILURE, delay);
		Throwable failure = (delay < 0 && node.settings().restart().policy() != Policy.NEVER) ? new ServiceException(
				node.name(), usedUp(node, "failed") + ". Last failure: " + FailureText.of(cause), cause) : cause;
		node.vitals(new Vitals(false, false, node.vitals().status(), failure));
		node.publishChange();
		if (failure != cause && !what.equals(RUN)) {
			this.turn.tellFailure(node, what, cause, Severity.WARNING);
		}
		this.turn.tellFailure(node, (failure != cause) ? RUN : what, failure, severity(delay));
		this.episodes.failed(node, cause);
	}

	private static Severity severity(long delay) {
		return (delay >= 0) ? Severity.WARNING : Severity.ERROR;
	}

	private long restartDelay(ServiceNode node) {
		Recovery recovery = recovery(node);
		if (recovery.restarts == null) {
			recovery.restarts = new RestartHistory(node.settings().restart());
		}
		return recovery.restarts.nextDelay(this.turn.now(), node.runningSince());
	}

	/**
	 * A running service has done what it was to do.
	 * @param node a service
	 * @param incarnation the incarnation that this is about
	 */
	public void completed(ServiceNode node, Incarnation incarnation) {
		if (node.incarnation() != incarnation || node.state() != ServiceState.RUNNING || !node.isToRun()) {
			return;
		}
		if (node.settings().restart().policy() == Policy.ALWAYS) {
			long delay = restartDelay(node);
			end(node, StopReason.COMPLETED, delay);
			if (delay < 0) {
				IllegalStateException failure = new IllegalStateException(usedUp(node, "ended"));
				node.failed(failure);
				this.turn.tellFailure(node, RUN, failure, Severity.ERROR);
			}
			node.publishChange();
		}
		else {
			node.hold(StopReason.COMPLETED);
		}
	}

	private static String usedUp(ServiceNode node, String what) {
		return "Service '%s' has %s, and was restarted %d times within %s already: %s".formatted(node.name(), what,
				node.settings().restart().maxRestarts(), node.settings().restart().window(),
				SettingKey.ofService(node.name(), "restart.max-restarts"));
	}

	private void end(ServiceNode node, StopReason reason, long delay) {
		node.ending(reason);
		node.stopReason(reason);
		retryAfter(node, delay);
		this.turn.lookAt(node);
	}

	private void retryAfter(ServiceNode node, long delay) {
		recovery(node).retryDelay = delay;
		node.verdict((delay >= 0) ? Verdict.RETRY : Verdict.GIVE_UP);
	}

	/**
	 * An attempt to start a service has failed.
	 * @param node the service
	 * @param failure why
	 */
	public void startFailed(ServiceNode node, Throwable failure) {
		if (node.outcome() == CallOutcome.FAILED) {
			// The attempt has failed before, and nobody has looked since.
			this.turn.tellFailure(node, Method.START.toString(), failure, Severity.WARNING);
			return;
		}
		node.outcome(CallOutcome.FAILED);
		node.failed(failure);
		long delay = nextDelay(node, failure);
		retryAfter(node, delay);
		this.turn.tellFailure(node, Method.START.toString(), failure, severity(delay));
	}

	private long nextDelay(ServiceNode node, Throwable failure) {
		return this.retries.nextDelay(node, recovery(node), failure);
	}

	/**
	 * How long to wait before the stop of a service is tried again.
	 * @param node a service whose stop has failed
	 * @param failure why
	 * @return milliseconds, or -1 if it is not
	 */
	public long stopRetryDelay(ServiceNode node, Throwable failure) {
		// An Error is no matter of time: another attempt would find it again.
		boolean isFinal = node.cleaningUp() || failure instanceof Error;
		return isFinal ? -1 : nextDelay(node, failure);
	}

	/**
	 * A check or the like hangs, so that a service cannot be stopped yet: it is when that
	 * has returned, and only then started again.
	 * @param node the service
	 * @param failure why
	 */
	public void stopPostponed(ServiceNode node, Throwable failure) {
		node.outcome(CallOutcome.FAILED);
		tellStop(node, failure, true);
	}

	/**
	 * A service could not be stopped.
	 * @param node the service
	 * @param failure why
	 */
	public void stopFailed(ServiceNode node, Throwable failure) {
		node.outcome(CallOutcome.FAILED);
		if (this.unstopped != null) {
			this.unstopped.put(node, failure);
		}
		Throwable before = node.vitals().failure();
		if (node.cleaningUp() && node.verdict() != Verdict.NONE && before != null) {
			suppress(before, failure);
		}
		else if (!node.cleaningUp()) {
			suppress(failure, (node.ending() == StopReason.FAILURE) ? before : null);
			giveUp(node, failure);
		}
		tellStop(node, failure, false);
	}

	/**
	 * All services are being stopped from now on: notes which cannot be.
	 */
	public void noteUnstopped() {
		this.unstopped = new LinkedHashMap<>();
	}

	/**
	 * All services have been stopped. What their stops failed with is forgotten, so that
	 * nothing holds services that are.
	 * @return the last failure of each since that was {@linkplain #noteUnstopped noted},
	 * in the order in which they failed
	 */
	public Map<ServiceNode, Throwable> takeUnstopped() {
		Map<ServiceNode, Throwable> noted = this.unstopped;
		this.unstopped = null;
		return (noted != null) ? noted : Map.of();
	}

	/**
	 * Tells that a call of the stop of a service has failed.
	 * @param node the service
	 * @param failure why
	 * @param retried whether it is tried again
	 */
	public void tellStop(ServiceNode node, Throwable failure, boolean retried) {
		this.turn.tellFailure(node, Method.STOP.toString(), failure, retried ? Severity.WARNING : Severity.ERROR);
		this.turn.tell(new LifecycleEvent.StopFailed(node.snapshot(), failure, retried));
	}

	private static void suppress(Throwable failure, @Nullable Throwable other) {
		if (other != null && other != failure) {
			failure.addSuppressed(other);
		}
	}

	/**
	 * A service could not be told of one that it comes after.
	 * @param node the service
	 * @param failure why
	 */
	public void noticeFailed(ServiceNode node, Throwable failure) {
		this.turn.tellFailure(node, Method.NOTICE.toString(), failure, Severity.ERROR);
		this.turn.tell(new LifecycleEvent.ErrorReported(node.snapshot(), failure));
	}

	/**
	 * A service could not be prepared.
	 * @param node the service
	 * @param failure why
	 */
	public void prepareFailed(ServiceNode node, Throwable failure) {
		giveUp(node, failure);
		this.turn.tellFailure(node, Method.PREPARE.toString(), failure, Severity.ERROR);
	}

	private static void giveUp(ServiceNode node, Throwable failure) {
		node.outcome(CallOutcome.FAILED);
		node.verdict(Verdict.GIVE_UP);
		node.failed(failure);
	}

}
