package io.managedservices.engine;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.managedservices.concurrent.UserCall;
import io.managedservices.engine.Notices.Notice;
import io.managedservices.graph.ServiceCallbacks;

/**
 * One call of a method of a service: handed to the backend by the coordinator, run by one
 * thread, and given back to the coordinator when user code has been left. It is the epoch
 * of that call: the coordinator drops one that it no longer waits for.
 * <p>
 * Entered by the coordinator, which interrupts it, and by the thread that runs it.
 */
final class Invocation extends UserCall {

	final ServiceNode node;

	final Method method;

	final Incarnation incarnation;

	private final Coordinator coordinator;

	private final @Nullable Notice notice;

	/** The components to check, set before it is handed over. */
	@Nullable CheckRound round;

	private long begunAt;

	private @Nullable Throwable failure;

	private @Nullable Throwable healthFailure;

	Invocation(Coordinator coordinator, ServiceNode node, Method method, Incarnation incarnation) {
		this(coordinator, node, method, incarnation, null);
	}

	Invocation(Coordinator coordinator, ServiceNode node, Notice notice, Incarnation incarnation) {
		this(coordinator, node, Method.NOTICE, incarnation, notice);
	}

	private Invocation(Coordinator coordinator, ServiceNode node, Method method, Incarnation incarnation,
			@Nullable Notice notice) {
		this.coordinator = coordinator;
		this.node = node;
		this.method = method;
		this.incarnation = incarnation;
		this.notice = notice;
	}

	@Override
	protected boolean begin(@Nullable Thread runner) {
		this.begunAt = this.coordinator.nanoTime();
		return super.begin(runner);
	}

	@Override
	protected void call() {
		ServiceCallbacks callbacks = this.node.callbacks;
		switch (this.method) {
			case PREPARE -> this.failure = failureOf(callbacks.prepare());
			case START -> this.failure = failureOf(this.node.startCallback);
			case STOP -> this.failure = failureOf(this.node.stopCallback);
			case CHECK -> {
				this.failure = failureOf(callbacks.checkReady());
				if (!isInterrupted()) {
					this.healthFailure = failureOf(callbacks.checkHealth());
				}
				if (this.round != null) {
					check(this.round);
				}
			}
			case NOTICE -> this.failure = failureOf(callbacks.notice(), this.notice);
			case QUIESCE -> this.failure = failureOf(callbacks.quiesce());
		}
	}

	// What fails of the service itself says more than what fails of a part of it.
	private void check(CheckRound components) {
		components.run(this::isInterrupted);
		this.failure = (this.failure != null) ? this.failure : components.notReady();
		this.healthFailure = (this.healthFailure != null) ? this.healthFailure : components.notHealthy();
	}

	private @Nullable Throwable failureOf(ServiceCallbacks.@Nullable Callback callback) {
		try {
			if (callback != null) {
				callback.call(this.incarnation);
			}
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private @Nullable Throwable failureOf(ServiceCallbacks.@Nullable Check check) {
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

	private static @Nullable Throwable failureOf(ServiceCallbacks.@Nullable Notice callback, @Nullable Notice notice) {
		try {
			if (callback != null && notice != null) {
				callback.call(notice.name(), notice.available());
			}
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	/**
	 * Leaves with what a simulation made of it.
	 * @param outcome what it threw, or {@code null}
	 */
	void end(@Nullable Throwable outcome) {
		this.failure = outcome;
		end();
	}

	/**
	 * Leaves a round of checks with what a simulation made of those of the service
	 * itself.
	 * @param notReady what the readiness check threw, or {@code null}
	 * @param notHealthy what the health check threw, or {@code null}
	 */
	void endCheck(@Nullable Throwable notReady, @Nullable Throwable notHealthy) {
		this.failure = notReady;
		this.healthFailure = notHealthy;
		if (this.round != null) {
			check(this.round);
		}
		end();
	}

	@Override
	protected void left() {
		this.coordinator.submit(this);
	}

	@Override
	public void apply() {
		this.coordinator.completed(this);
	}

	/**
	 * When its time is over: counted from its beginning, not from when it was queued.
	 * @param now the time
	 * @param timeout how long it may take
	 * @return when to look again if it has not begun
	 */
	long deadline(long now, Duration timeout) {
		return (hasBegun() ? this.begunAt : now) + timeout.toNanos();
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

	@Nullable Throwable healthFailure() {
		return this.healthFailure;
	}

	/**
	 * What can be called of a service.
	 */
	enum Method {

		PREPARE, START, STOP, CHECK, NOTICE, QUIESCE;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
