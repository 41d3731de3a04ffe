package io.managedservices;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A service as it was at one moment. Immutable; taking one does no I/O and takes no lock.
 *
 * @param service what does not change about it
 * @param state its state
 * @param since when it came into that state
 * @param attempt how far its start has come
 * @param vitals how it is
 * @param timings how long it took
 * @param stopReason why it is being stopped, or was stopped last; {@code null} since it
 * was started again
 * @since 0.1.0
 */
public record ServiceSnapshot(ServiceDescriptor service, ServiceState state, Instant since, Attempt attempt,
		Vitals vitals, Timings timings, @Nullable StopReason stopReason) {

	/**
	 * The name of the service.
	 * @return the name
	 */
	public String name() {
		return this.service.name();
	}

	/**
	 * Whether the service runs and its readiness check passes.
	 * @return whether it is ready
	 */
	public boolean ready() {
		return this.vitals.ready();
	}

	/**
	 * Whether the service has not failed and its health check passes. A service that does
	 * not run yet is healthy.
	 * @return whether it is healthy
	 */
	public boolean healthy() {
		return this.vitals.healthy();
	}

	/**
	 * The last failure to prepare, start, stop or check the service.
	 * @return the failure, kept until the service has started or the check passes
	 */
	public @Nullable Throwable failure() {
		return this.vitals.failure();
	}

	/**
	 * Why the service is as it is, in one line.
	 * @return that the operator disabled or stopped it, its failure, or else what it says
	 * it is doing; {@code null} if its state says all
	 */
	public @Nullable String reason() {
		if (this.state != ServiceState.FAILED && activation() == Activation.DISABLED) {
			return "disabled";
		}
		if (this.state != ServiceState.FAILED && this.stopReason == StopReason.OPERATOR) {
			return "stopped by the operator";
		}
		return (failure() != null) ? FailureText.of(failure()) : this.vitals.status();
	}

	/**
	 * The attempt that its state is about.
	 * @return how far its start has come while it is being started, and when that failed;
	 * {@code null} at other times, when the last attempt is an old one
	 */
	public @Nullable Attempt currentAttempt() {
		boolean current = switch (this.state) {
			case STARTING, BACKOFF, FAILED -> true;
			case STOPPING -> this.stopReason == StopReason.START_FAILED;
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
	 * How far the start of a service has come.
	 *
	 * @param number the number of the attempt under way or last made, 0 before the first
	 * @param total how many attempts there will be at most
	 * @param next when the next attempt is made, while the service is backing off
	 */
	public record Attempt(int number, int total, @Nullable Instant next) {

	}

	/**
	 * How a service is.
	 *
	 * @param ready whether it runs and its readiness check passes
	 * @param healthy whether it has not failed and its health check passes
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

}
