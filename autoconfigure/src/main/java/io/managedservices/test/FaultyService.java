// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * The faults of one service. Safe for use by several threads.
 *
 * @since 0.1.0
 * @see ServiceFaults#service(String)
 */
public final class FaultyService {

	private static final Duration MAX_DELAY = Duration.ofDays(36500);

	private final String name;

	private final Supplier<String> unknown;

	// The following are guarded by this.

	/** Whether the one that was declared last has checks: it may have been refused. */
	private @Nullable Boolean declared;

	private boolean exists;

	private boolean hasChecks;

	private int failingStarts;

	private Exception startFailure;

	private int hangingStarts;

	private int delayedStarts;

	private Duration delay = Duration.ZERO;

	private boolean stopHangs;

	private Hang hang = new Hang();

	private @Nullable Exception notReady;

	private @Nullable Exception notHealthy;

	private @Nullable ServiceContext incarnation;

	FaultyService(String name, Supplier<String> unknown) {
		this.name = name;
		this.unknown = unknown;
		this.startFailure = fault("The start of service");
	}

	private ServiceFaultException fault(String what) {
		return new ServiceFaultException("%s '%s' fails for a test".formatted(what, this.name));
	}

	/**
	 * Lets the next starts fail with a {@link ServiceFaultException}.
	 * @param starts how many, 0 or more
	 * @return this
	 */
	public FaultyService failNextStarts(int starts) {
		return failNextStarts(starts, fault("The start of service"));
	}

	/**
	 * Lets the next starts fail. The start of the service itself is not called; its stop
	 * is, as after any start that failed.
	 * @param starts how many, 0 or more
	 * @param failure what they fail with
	 * @return this
	 */
	public synchronized FaultyService failNextStarts(int starts, Exception failure) {
		this.failingStarts = checked(starts);
		this.startFailure = failure;
		return this;
	}

	/**
	 * Lets the next starts hang, after those that {@linkplain #failNextStarts fail}: each
	 * until it is {@linkplain #release released} and goes on, or until it is interrupted
	 * since its timeout has passed or the service is to stop.
	 * @param starts how many, 0 or more
	 * @return this
	 */
	public synchronized FaultyService hangNextStarts(int starts) {
		this.hangingStarts = checked(starts);
		return this;
	}

	/**
	 * Lets the next starts take a time, after those that {@linkplain #failNextStarts
	 * fail} and those that {@linkplain #hangNextStarts hang}: each goes on once the time
	 * has passed, simulated time too, or it is {@linkplain #release released}, and is
	 * interrupted as one that hangs.
	 * @param starts how many, 0 or more
	 * @param duration how long each takes before the start of the service itself is
	 * called, from 0 up to 36500 days
	 * @return this
	 */
	public synchronized FaultyService delayNextStarts(int starts, Duration duration) {
		if (duration.isNegative() || duration.compareTo(MAX_DELAY) > 0) {
			throw new IllegalArgumentException(
					"The delay of a start is invalid: expected a duration from 0 up to 36500d, found %s."
						.formatted(duration));
		}
		this.delayedStarts = checked(starts);
		this.delay = duration;
		return this;
	}

	private static int checked(int starts) {
		if (starts < 0) {
			throw new IllegalArgumentException(
					"The number of starts cannot be negative: expected 0 or more, found %d.".formatted(starts));
		}
		return starts;
	}

	/**
	 * Lets the next stop hang, until it is {@linkplain #release released} and goes on, or
	 * until it is interrupted since its timeout has passed.
	 * @return this
	 */
	public synchronized FaultyService hangNextStop() {
		this.stopHangs = true;
		return this;
	}

	/**
	 * Lets what hangs now go on: the methods of the service itself are called.
	 * @return this
	 */
	public synchronized FaultyService release() {
		this.hang.release();
		this.hang = new Hang();
		return this;
	}

	/**
	 * Lets the readiness check fail with a {@link ServiceFaultException} until the
	 * service is {@linkplain #heal healed}.
	 * @return this
	 * @throws IllegalStateException if the service has no check
	 */
	public FaultyService failReadiness() {
		return failReadiness(fault("The readiness check of service"));
	}

	/**
	 * Lets the readiness check fail until the service is {@linkplain #heal healed}. It is
	 * called when it is due, as ever.
	 * @param failure what it fails with
	 * @return this
	 * @throws IllegalStateException if the service has no check
	 */
	public synchronized FaultyService failReadiness(Exception failure) {
		this.notReady = failure;
		return requireChecks();
	}

	/**
	 * Lets the health check fail with a {@link ServiceFaultException} until the service
	 * is {@linkplain #heal healed}.
	 * @return this
	 * @throws IllegalStateException if the service has no check
	 */
	public FaultyService failHealth() {
		return failHealth(fault("The health check of service"));
	}

	/**
	 * Lets the health check fail until the service is {@linkplain #heal healed}. It is
	 * called when it is due, as ever.
	 * @param failure what it fails with
	 * @return this
	 * @throws IllegalStateException if the service has no check
	 */
	public synchronized FaultyService failHealth(Exception failure) {
		this.notHealthy = failure;
		return requireChecks();
	}

	private FaultyService requireChecks() {
		String problem = this.exists ? problem() : null;
		if (problem != null) {
			throw new IllegalStateException(problem);
		}
		return this;
	}

	/**
	 * Lets the service fail now with a {@link ServiceFaultException}.
	 * @return this
	 * @throws IllegalStateException if the service is neither running nor being started
	 */
	public FaultyService failNow() {
		return failNow(fault("Service"));
	}

	/**
	 * Lets the service fail now, as {@link ServiceContext#fail} does.
	 * @param failure what it fails with
	 * @return this
	 * @throws IllegalStateException if the service is neither running nor being started
	 */
	public FaultyService failNow(Throwable failure) {
		ServiceContext current;
		boolean known;
		synchronized (this) {
			current = this.incarnation;
			known = this.declared != null;
		}
		if (!known) {
			throw new IllegalStateException(this.unknown.get());
		}
		if (current == null || current.isStopping()) {
			throw new IllegalStateException(
					"Service '%s' cannot fail now: expected it to be running or being started, found that it is not."
						.formatted(this.name));
		}
		current.fail(failure);
		return this;
	}

	/**
	 * Ends all faults of the service, planned ones too, and lets what hangs go on.
	 * @return this
	 */
	public synchronized FaultyService heal() {
		this.failingStarts = 0;
		this.hangingStarts = 0;
		this.delayedStarts = 0;
		this.stopHangs = false;
		this.notReady = null;
		this.notHealthy = null;
		return release();
	}

	String name() {
		return this.name;
	}

	synchronized boolean exists() {
		return this.exists;
	}

	synchronized @Nullable String problem() {
		if (this.hasChecks || (this.notReady == null && this.notHealthy == null)) {
			return null;
		}
		return "Service '%s' has no check that could fail: expected a checkReady or a checkHealth. Use failNow() to let the service fail."
			.formatted(this.name);
	}

	/**
	 * All services were found: what was declared is one.
	 */
	synchronized void discovered() {
		if (this.declared != null) {
			came(this.declared);
		}
	}

	private void came(boolean withChecks) {
		this.exists = true;
		this.hasChecks = withChecks;
	}

	// One that is registered later may still be refused, and has come once it starts.
	synchronized ServiceCallbacks decorate(ServiceCallbacks own) {
		boolean checked = own.hasChecks();
		this.declared = checked;
		ServiceCallbacks.Callback start = (context) -> {
			beforeStart(context, checked);
			call(own.start(), context);
		};
		ServiceCallbacks.Callback stop = (context) -> {
			beforeStop();
			call(own.stop(), context);
		};
		// A service that is not checked stays so: one that is takes a while to be ready.
		ServiceCallbacks.Check checkReady = checked ? () -> {
			throwIf(notReady());
			call(own.checkReady());
		} : null;
		ServiceCallbacks.Check checkHealth = checked ? () -> {
			throwIf(notHealthy());
			call(own.checkHealth());
		} : null;
		return new ServiceCallbacks(own.prepare(), start, stop, checkReady, checkHealth, own.notice(), own.quiesce());
	}

	private void beforeStart(ServiceContext context, boolean checked) throws Exception {
		Hang here;
		Duration limit = null;
		synchronized (this) {
			came(checked);
			this.incarnation = context;
			if (this.failingStarts > 0) {
				this.failingStarts--;
				throw this.startFailure;
			}
			if (this.hangingStarts > 0) {
				this.hangingStarts--;
			}
			else if (this.delayedStarts > 0) {
				this.delayedStarts--;
				limit = this.delay;
			}
			else {
				return;
			}
			here = this.hang;
		}
		here.await(limit);
	}

	private void beforeStop() throws InterruptedException {
		Hang here;
		synchronized (this) {
			if (!this.stopHangs) {
				return;
			}
			this.stopHangs = false;
			here = this.hang;
		}
		here.await();
	}

	private synchronized @Nullable Exception notReady() {
		return this.notReady;
	}

	private synchronized @Nullable Exception notHealthy() {
		return this.notHealthy;
	}

	private static void throwIf(@Nullable Exception failure) throws Exception {
		if (failure != null) {
			throw failure;
		}
	}

	private static void call(ServiceCallbacks.@Nullable Callback own, ServiceContext context) throws Exception {
		if (own != null) {
			own.call(context);
		}
	}

	private static void call(ServiceCallbacks.@Nullable Check own) throws Exception {
		if (own != null) {
			own.call();
		}
	}

}
