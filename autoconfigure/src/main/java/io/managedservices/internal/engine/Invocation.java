// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * One call of a method of a service: handed to the backend by the coordinator, run by one
 * thread, and given back to the coordinator when user code has been left. It is the epoch
 * of that call: the coordinator drops one that it no longer waits for.
 * <p>
 * Entered by the coordinator, which interrupts it, and by the thread that runs it.
 */
class Invocation extends UserCall {

	final ServiceNode node;

	final Method method;

	final Incarnation incarnation;

	private final Coordinator coordinator;

	/** What is called: the thread that calls it need not look at the node. */
	private final ServiceCallbacks.@Nullable Callback callback;

	private long begunAt;

	@Nullable Throwable failure;

	/**
	 * Whether nobody waits for it to come back: its thread waits for the end of the
	 * services itself. Confined to the coordinator.
	 */
	boolean released;

	/**
	 * A call.
	 * @param coordinator gets it back
	 * @param node the service
	 * @param method which of its methods this is
	 * @param callback what is called, or {@code null} if there is nothing to call
	 * @param incarnation the incarnation that this is about
	 */
	Invocation(Coordinator coordinator, ServiceNode node, Method method, ServiceCallbacks.@Nullable Callback callback,
			Incarnation incarnation) {
		this.coordinator = coordinator;
		this.node = node;
		this.method = method;
		this.callback = callback;
		this.incarnation = incarnation;
	}

	@Override
	protected Object owner() {
		return this.incarnation;
	}

	@Override
	protected boolean begin(@Nullable Thread runner) {
		try {
			this.begunAt = this.coordinator.nanoTime();
		}
		catch (Throwable ex) {
			// It would never come back.
			this.coordinator.submit((target) -> target.breakdown().occurred(ex));
		}
		return super.begin(runner);
	}

	@Override
	protected void call() {
		try {
			if (this.callback != null) {
				this.callback.call(this.incarnation);
			}
		}
		catch (Throwable ex) {
			this.failure = ex;
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

	/**
	 * How long it has been inside user code.
	 * @param now the time
	 * @return nanoseconds since its beginning, 0 if it has not begun
	 */
	long took(long now) {
		return hasBegun() ? now - this.begunAt : 0;
	}

	/**
	 * Whether it is a call of a service of an engine.
	 * @param other the coordinator of the engine
	 * @return whether it is
	 */
	boolean isOf(Coordinator other) {
		return this.coordinator == other;
	}

	@Nullable Throwable failure() {
		return this.failure;
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
