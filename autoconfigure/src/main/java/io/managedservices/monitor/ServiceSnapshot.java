// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.ProgramMistake;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * A service as it was at one moment. Immutable; taking one does no I/O and takes no lock.
 *
 * @param service what does not change about it
 * @param stage its state, and how it came into it
 * @param attempt how far its start has come
 * @param vitals how it is
 * @param timings how long it took
 * @param reports what it has reported of itself
 * @since 0.1.0
 */
public record ServiceSnapshot(ServiceDescriptor service, Stage stage, Attempt attempt, Vitals vitals, Timings timings,
		Reports reports) {

	/**
	 * Create a snapshot of a service that has reported nothing of itself.
	 * @param service what does not change about it
	 * @param stage its state, and how it came into it
	 * @param attempt how far its start has come
	 * @param vitals how it is
	 * @param timings how long it took
	 */
	public ServiceSnapshot(ServiceDescriptor service, Stage stage, Attempt attempt, Vitals vitals, Timings timings) {
		this(service, stage, attempt, vitals, timings, Reports.NONE);
	}

	/**
	 * The name of the service.
	 * @return the name
	 */
	public String name() {
		return this.service.name();
	}

	/**
	 * The state of the service.
	 * @return its state
	 */
	public ServiceState state() {
		return this.stage.state();
	}

	/**
	 * When the service came into its state.
	 * @return when
	 */
	public Instant since() {
		return this.stage.since();
	}

	/**
	 * Why the service is being stopped, or was stopped last.
	 * @return why, or {@code null} since it was started again
	 */
	public @Nullable StopReason stopReason() {
		return this.stage.stopReason();
	}

	/**
	 * Whether the service runs and its readiness check passes.
	 * @return whether it is ready
	 */
	public boolean ready() {
		return this.vitals.ready();
	}

	/**
	 * Whether the service has not failed, its health check passes, no condition of it is
	 * an error and it has reported no error. A service that does not run yet is healthy,
	 * as long as it has no such condition.
	 * @return whether it is healthy
	 */
	public boolean healthy() {
		return this.vitals.healthy();
	}

	/**
	 * The last failure to prepare, start, stop or check the service, or of the service
	 * while it was running.
	 * @return the failure, kept until the service has started or the check passes; the
	 * cause of a {@link ServiceException} if it was given up because its restarts were
	 * used up
	 */
	public @Nullable Throwable failure() {
		return this.vitals.failure();
	}

	/**
	 * Why the service is as it is, in one line.
	 * @return that the operator disabled or stopped it, what is wrong with it, or else
	 * what it says it is doing; of a healthy service on standby what that is for, not an
	 * old failure; {@code null} if its state says all
	 */
	public @Nullable String reason() {
		if (state() != ServiceState.FAILED && activation() == Activation.DISABLED) {
			return "disabled";
		}
		if (state() != ServiceState.FAILED && stopReason() == StopReason.OPERATOR) {
			return "stopped by the operator";
		}
		if (state() == ServiceState.STOPPED && stopReason() == StopReason.COMPLETED) {
			return "has ended by itself";
		}
		String problem = (state() == ServiceState.STANDBY && healthy()) ? null : problem();
		return (problem != null) ? problem : this.vitals.status();
	}

	/**
	 * The attempt that its state is about.
	 * @return how far its start has come while it is being started, and when that failed;
	 * {@code null} at other times, when the last attempt is an old one
	 */
	public @Nullable Attempt currentAttempt() {
		boolean current = switch (state()) {
			case STARTING, BACKOFF, FAILED -> true;
			case STOPPING -> stopReason() == StopReason.START_FAILED;
			default -> false;
		};
		return (current && (this.attempt.number() > 0 || this.attempt.next() != null)) ? this.attempt : null;
	}

	/**
	 * What is wanted of the service now.
	 * @return its activation
	 */
	public Activation activation() {
		return this.service.activation();
	}

	/**
	 * Why the service is not as it should be: its failure, else the worst of what it has
	 * reported of itself.
	 * @return why, with the limit that was used up if it was given up for that, or
	 * {@code null} if nothing is known to be wrong
	 */
	public @Nullable String problem() {
		Throwable failure = failure();
		return (failure != null) ? FailureText.of(failure) + usedUp() : this.reports.problem();
	}

	private String usedUp() {
		if (state() != ServiceState.FAILED || stopReason() != StopReason.START_FAILED || this.attempt.number() == 0) {
			return "";
		}
		String why = notRetried();
		return " (given up after %s: %s)".formatted(this.attempt.made(),
				(why != null) ? why : SettingKey.ofService(name(), "retry.max-retries"));
	}

	/**
	 * Why its failed start is not tried again although there are attempts left.
	 * @return why, with the property that changes it, as the end of a sentence;
	 * {@code null} if it runs, is tried again, or no attempt is left
	 */
	public @Nullable String notRetried() {
		Throwable failure = failure();
		if (failure == null || state() != ServiceState.FAILED || stopReason() != StopReason.START_FAILED
				|| this.attempt.number() == 0 || this.attempt.exhausted()) {
			return null;
		}
		Throwable mistake = ProgramMistake.in(failure);
		return (mistake != null)
				? "%s is a mistake in the program. If another attempt may help, name it in %s, and no type of it in retry.excludes"
					.formatted(ProgramMistake.type(mistake).getName(), SettingKey.ofService(name(), "retry.includes"))
				: "retry.excludes names a type of it. If another attempt may help, set %s without that"
					.formatted(SettingKey.ofService(name(), "retry.excludes"));
	}

	/**
	 * The state of a service, and how it came into it.
	 *
	 * @param state its state
	 * @param since when it came into that state
	 * @param stopReason why it is being stopped, or was stopped last; {@code null} since
	 * it was started again
	 */
	public record Stage(ServiceState state, Instant since, @Nullable StopReason stopReason) {

	}

	/**
	 * How far the start of a service has come.
	 *
	 * @param number the number of the attempt under way or last made, 0 before the first
	 * @param total how many attempts there will be at most, {@link Integer#MAX_VALUE} if
	 * there is no limit
	 * @param next when the next attempt is made, while the service is backing off
	 */
	public record Attempt(int number, int total, @Nullable Instant next) {

		/**
		 * Whether the service is given up after some attempts.
		 * @return {@code false} if it is tried for ever
		 */
		public boolean hasLimit() {
			return this.total != Integer.MAX_VALUE;
		}

		/**
		 * Whether no attempt is left.
		 * @return whether it is the last one that there may be
		 */
		public boolean exhausted() {
			return this.number == this.total;
		}

		/**
		 * How many attempts were made, for people.
		 * @return such as {@code 3 of 4 attempts}, or {@code 1 attempt} if there is no
		 * limit
		 */
		public String made() {
			return progress() + ((this.number == 1 && !hasLimit()) ? " attempt" : " attempts");
		}

		/**
		 * How far it has come, for people.
		 * @return such as {@code 3 of 4}, or {@code 3} if there is no limit
		 */
		public String progress() {
			return hasLimit() ? this.number + " of " + this.total : String.valueOf(this.number);
		}

	}

	/**
	 * How a service is.
	 *
	 * @param ready whether it runs and its readiness check passes
	 * @param healthy whether it has not failed, its health check passes, and it has
	 * reported nothing that says otherwise
	 * @param status what it says it is doing
	 * @param failure the last failure to prepare, start, stop or check it
	 */
	public record Vitals(boolean ready, boolean healthy, @Nullable String status, @Nullable Throwable failure) {

	}

	/**
	 * How long the last start and stop took.
	 *
	 * @param startedAt when the last start began, its first attempt
	 * @param start from there until the service ran
	 * @param stop from the beginning of the last stop until the service had stopped
	 */
	public record Timings(@Nullable Instant startedAt, @Nullable Duration start, @Nullable Duration stop) {

	}

	/**
	 * What a service has reported of itself. Immutable.
	 *
	 * @param conditions its conditions, in the order in which they were raised
	 * @param errors the last errors that it has reported, the oldest first, until they
	 * are cleared
	 * @param droppedErrors how many older ones there were since then
	 * @param components its components, in the order in which they were added
	 */
	public record Reports(List<Condition> conditions, List<ReportedError> errors, int droppedErrors,
			List<Component> components) {

		/**
		 * Nothing was reported.
		 */
		public static final Reports NONE = new Reports(List.of(), List.of(), 0, List.of());

		/**
		 * Create reports.
		 * @param conditions its conditions
		 * @param errors the last errors that it has reported
		 * @param droppedErrors how many older ones there were
		 * @param components its components
		 */
		public Reports {
			conditions = List.copyOf(conditions);
			errors = List.copyOf(errors);
			components = List.copyOf(components);
		}

		/**
		 * What makes the service unhealthy: its first condition that is an error, else
		 * the last error that it has reported.
		 * @return what it is, or {@code null} if there is neither
		 */
		public @Nullable String problem() {
			for (Condition condition : this.conditions) {
				if (condition.severity() == Condition.Severity.ERROR) {
					return condition.title() + ": " + condition.message();
				}
			}
			if (this.errors.isEmpty()) {
				return null;
			}
			long count = (long) this.errors.size() + this.droppedErrors;
			String last = FailureText.of(this.errors.get(this.errors.size() - 1).cause());
			return (count == 1) ? "reported an error: " + last : "reported %d errors, last %s".formatted(count, last);
		}

	}

	/**
	 * An error that a service has reported.
	 *
	 * @param at when it was reported
	 * @param cause the error
	 */
	public record ReportedError(Instant at, Throwable cause) {

	}

	/**
	 * A part of a service that has checks of its own.
	 *
	 * @param name its name within the service
	 * @param ready whether its readiness check passes; {@code false} until it was made
	 * @param healthy whether its health check passes; {@code true} until it was made
	 * @param failure what the last check failed with, or {@code null}
	 */
	public record Component(String name, boolean ready, boolean healthy, @Nullable Throwable failure) {

	}

}
