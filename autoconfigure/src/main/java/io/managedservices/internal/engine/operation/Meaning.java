// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.operation;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

/**
 * What an action of an operator means for a service: its refusal, its plan and its effect
 * follow from this. Immutable.
 *
 * @param refusal why it is not possible now
 * @param held whether the service is held back afterwards, {@code null} for as before
 * @param activation what is wanted afterwards, {@code null} for as before
 * @param again whether it is tried again at once, whatever was to come after its failures
 * @param takesDown whether one that runs goes down
 * @param fails whether it goes down by a failure
 * @param wantsToRun whether the service runs once it has come about
 */
record Meaning(Refusal refusal, @Nullable Boolean held, @Nullable Activation activation, Again again, boolean takesDown,
		boolean fails, boolean wantsToRun) {

	/** That of an action that does not change whether services run. */
	static final Meaning NONE = new Meaning((node, up) -> null, null, null, Again.NEVER, false, false, false);

	private static final Meaning START = new Meaning(Meaning::refuseStart, false, null, Again.ALWAYS, false, false,
			true);

	private static final Meaning STOP = new Meaning(NONE.refusal, true, null, Again.NEVER, false, false, false);

	private static final Meaning RESTART = new Meaning(Meaning::refuseRestart, null, null, Again.ALWAYS, true, false,
			true);

	private static final Meaning RETRY = new Meaning(Meaning::refuseRetry, null, null, Again.ALWAYS, false, false,
			true);

	private static final Meaning FAIL = new Meaning(Meaning::refuseFail, null, null, Again.NEVER, true, true, false);

	/** What stops is in the hands of the lease. */
	private static final Meaning RELEASE = new Meaning(Meaning::refuseRelease, null, null, Again.NEVER, false, false,
			false);

	private static final Meaning ENABLE = activating(Activation.ENABLED, Again.IF_FAILED);

	private static final Meaning DISABLE = activating(Activation.DISABLED, Again.NEVER);

	private static final Meaning ON_DEMAND = activating(Activation.ON_DEMAND, Again.NEVER);

	private static Meaning activating(Activation activation, Again again) {
		return new Meaning(NONE.refusal, null, activation, again, false, false, false);
	}

	/**
	 * What an action means.
	 * @param action the action
	 * @return its meaning
	 */
	static Meaning of(ServiceAction action) {
		return switch (action) {
			case START -> START;
			case STOP -> STOP;
			case RESTART -> RESTART;
			case RETRY -> RETRY;
			case FAIL -> FAIL;
			case ENABLE -> ENABLE;
			case DISABLE -> DISABLE;
			case ON_DEMAND -> ON_DEMAND;
			case RELEASE -> RELEASE;
			case CLEAR_ERRORS, SLEEP, WAKE -> NONE;
		};
	}

	/**
	 * The action that sets an activation.
	 * @param activation the activation
	 * @return the action
	 */
	static ServiceAction actionFor(Activation activation) {
		return switch (activation) {
			case ENABLED -> ServiceAction.ENABLE;
			case ON_DEMAND -> ServiceAction.ON_DEMAND;
			case DISABLED -> ServiceAction.DISABLE;
		};
	}

	/**
	 * Whether a service is intended to run afterwards.
	 * @param node the service
	 * @param needed whether a service that is to run depends on it then
	 * @return whether it is
	 */
	boolean intends(ServiceNode node, boolean needed) {
		boolean isHeld = (this.held != null) ? this.held : node.held();
		Activation wanted = (this.activation != null) ? this.activation : node.activation();
		return !isHeld
				&& (wanted == Activation.ENABLED || (wanted == Activation.ON_DEMAND && (needed || node.demanded())));
	}

	private static @Nullable String refuseStart(ServiceNode node, boolean up) {
		if (node.isDisabled()) {
			return "Service '%s' is disabled: enable it first.".formatted(node.name());
		}
		if (!up) {
			return down(node);
		}
		return (node.isOnDemand() && !node.isNeeded() && !node.demanded())
				? "Service '%s' is on demand, and no enabled service needs it: enable it, or demand it in code."
					.formatted(node.name())
				: null;
	}

	private static @Nullable String refuseRestart(ServiceNode node, boolean up) {
		if (!up) {
			return down(node);
		}
		return node.wanted() ? null
				: "Service '%s' is not to run (%s): there is nothing to restart. Start or enable it."
					.formatted(node.name(), reasonNotWanted(node));
	}

	private static String down(ServiceNode node) {
		return "Service '%s' cannot be started alone while all services are stopped: start all first."
			.formatted(node.name());
	}

	private static String reasonNotWanted(ServiceNode node) {
		if (node.isDisabled()) {
			return "disabled";
		}
		return node.held() ? "stopped" : "not needed";
	}

	private static @Nullable String refuseRetry(ServiceNode node, boolean up) {
		if (!up || (node.state() != ServiceState.FAILED && node.state() != ServiceState.BACKOFF)) {
			return "Service '%s' is %s: only one that is FAILED or in BACKOFF can be tried again."
				.formatted(node.name(), node.state());
		}
		return node.wanted() ? null : "Service '%s' is not to run (%s): %s it.".formatted(node.name(),
				node.held() ? "stopped" : node.activation(), node.held() ? "start" : "enable");
	}

	private static @Nullable String refuseFail(ServiceNode node, boolean up) {
		return (node.state() == ServiceState.RUNNING && node.isToRun()) ? null
				: "Service '%s' is %s: only one that is RUNNING can be made to fail.".formatted(node.name(),
						(node.state() == ServiceState.RUNNING) ? "about to stop" : node.state());
	}

	private static @Nullable String refuseRelease(ServiceNode node, boolean up) {
		if (node.lease() == null) {
			return "Service '%s' runs without a lease: there is nothing to release. Stop it.".formatted(node.name());
		}
		return node.permitted() ? null : "Service '%s' does not run here: lease '%s' is not held by this instance."
			.formatted(node.name(), node.lease());
	}

	/**
	 * Whether a service is tried again at once.
	 */
	enum Again {

		NEVER, IF_FAILED, ALWAYS

	}

	/**
	 * Why an action is not possible.
	 */
	@FunctionalInterface
	interface Refusal {

		/**
		 * Why it is not possible now.
		 * @param node the service
		 * @param up whether services are to run at all
		 * @return why, or {@code null} if it is possible
		 */
		@Nullable String why(ServiceNode node, boolean up);

	}

}
