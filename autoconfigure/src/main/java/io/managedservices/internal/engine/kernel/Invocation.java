// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.time.Timer;
import io.managedservices.state.ServiceException;

/**
 * One call of a method of a service: handed to the backend by the coordinator, run by one
 * thread, and given back to the coordinator when user code has been left. It is the epoch
 * of that call: the coordinator drops one that it no longer waits for.
 * <p>
 * Entered by the coordinator, which interrupts it, and by the thread that runs it.
 */
public class Invocation extends UserCall {

	private final ServiceNode node;

	private final Method method;

	private final Incarnation incarnation;

	private final Coordinator coordinator;

	/** What is called: the thread that calls it need not look at the node. */
	private final ServiceCallbacks.@Nullable Callback callback;

	/** Is given it once it has come back. */
	private final Consumer<? super Invocation> completion;

	private long begunAt;

	private @Nullable Throwable failure;

	private @Nullable Timer deadline;

	/**
	 * Whether nobody waits for it to come back: its thread waits for the end of the
	 * services itself. Confined to the coordinator.
	 */
	private boolean forgotten;

	/**
	 * Create a call.
	 * @param coordinator gets it back
	 * @param incarnation the incarnation that this is about
	 * @param method which of its methods this is
	 * @param callback what is called, or {@code null} if there is nothing to call
	 * @param completion is given it inside the coordinator, once it has come back
	 */
	public Invocation(Coordinator coordinator, Incarnation incarnation, Method method,
			ServiceCallbacks.@Nullable Callback callback, Consumer<? super Invocation> completion) {
		this.coordinator = coordinator;
		this.node = incarnation.node();
		this.method = method;
		this.callback = callback;
		this.incarnation = incarnation;
		this.completion = completion;
	}

	public final ServiceNode node() {
		return this.node;
	}

	public final Method method() {
		return this.method;
	}

	public final Incarnation incarnation() {
		return this.incarnation;
	}

	protected final Coordinator coordinator() {
		return this.coordinator;
	}

	@Override
	protected Object owner() {
		return this.incarnation;
	}

	@Override
	public boolean begin(@Nullable Thread runner) {
		try {
			this.begunAt = this.coordinator.nanoTime();
		}
		catch (Throwable ex) {
			// It would never come back.
			this.coordinator.failed(ex);
		}
		return super.begin(runner);
	}

	/**
	 * Makes sure that the lease still holds that it was handed over under: the process
	 * may have stood still since.
	 * @return {@code false} if nothing is to be called any more
	 * @throws ServiceException if a start must not begin, which has failed so
	 */
	protected final boolean mayCall() {
		if (this.method == Method.PREPARE || this.method == Method.STOP || this.incarnation.mayBegin()) {
			return true;
		}
		if (this.method == Method.START) {
			throw new ServiceException(ServiceException.Kind.LEASE_LOST, this.node.name(),
					"The lease of service '%s' was over before its start began".formatted(this.node.name()), null);
		}
		return false;
	}

	@Override
	protected void call() {
		try {
			ServiceCallbacks.Callback called = mayCall() ? this.callback : null;
			Surrounding surrounding = this.coordinator.surrounding();
			if (called != null && surrounding != null) {
				surrounding.run(inner(() -> called.call(this.incarnation)));
			}
			else if (called != null) {
				called.call(this.incarnation);
			}
		}
		catch (Throwable ex) {
			this.failure = ex;
		}
	}

	/**
	 * User code, as something is put around it.
	 * @param body calls it
	 * @return the code
	 */
	protected final Surrounding.Inner inner(Surrounding.Body body) {
		return new Surrounding.Inner(Surrounding.Subject.method(this.method.toString(), this.node.name()), null,
				this::isCancellation, body);
	}

	// What the engine makes of it comes from its state; this is for those who watch.
	private boolean isCancellation(Throwable thrown) {
		return isInterrupted() && !isLate()
				&& (thrown instanceof InterruptedException || thrown instanceof CancellationException);
	}

	// One that took too long was interrupted for that, which is a failure.
	private boolean isLate() {
		Duration timeout = switch (this.method) {
			case PREPARE -> this.node.settings().prepareTimeout();
			case START -> this.node.settings().startTimeout();
			default -> null;
		};
		return timeout != null && took(this.coordinator.nanoTime()) >= timeout.toNanos();
	}

	/**
	 * Leaves with what a simulation made of it.
	 * @param outcome what it threw, or {@code null}
	 */
	public void end(@Nullable Throwable outcome) {
		this.failure = outcome;
		end();
	}

	@Override
	protected void left() {
		this.coordinator.submit(this);
	}

	@Override
	public void apply() {
		this.completion.accept(this);
	}

	/**
	 * When its time is over: counted from its beginning, not from when it was queued.
	 * @param now the time
	 * @param timeout how long it may take
	 * @return when to look again if it has not begun
	 */
	public long deadline(long now, Duration timeout) {
		return (hasBegun() ? this.begunAt : now) + timeout.toNanos();
	}

	/**
	 * How long it has been inside user code.
	 * @param now the time
	 * @return nanoseconds since its beginning, 0 if it has not begun
	 */
	public long took(long now) {
		return hasBegun() ? now - this.begunAt : 0;
	}

	/**
	 * Whether it is a call of a service of an engine.
	 * @param other the coordinator of the engine
	 * @return whether it is
	 */
	public boolean isOf(Coordinator other) {
		return this.coordinator == other;
	}

	public @Nullable Throwable failure() {
		return this.failure;
	}

	/**
	 * Sets what came of it.
	 * @param outcome what it threw, or {@code null}
	 */
	protected void failure(@Nullable Throwable outcome) {
		this.failure = outcome;
	}

	/**
	 * What rings when its time is over. Confined to the coordinator.
	 * @return the timer, or {@code null} if it has no time of its own
	 */
	public @Nullable Timer deadline() {
		return this.deadline;
	}

	public void deadline(@Nullable Timer timer) {
		this.deadline = timer;
	}

	/**
	 * Whether nobody waits for it to come back. Confined to the coordinator.
	 * @return whether its thread waits for the end of the services itself
	 */
	public boolean isForgotten() {
		return this.forgotten;
	}

	/**
	 * Nobody waits for it to come back any more. Confined to the coordinator.
	 */
	public void forget() {
		this.forgotten = true;
	}

	/**
	 * What can be called of a service.
	 */
	public enum Method {

		/** What is done once, before the first start. */
		PREPARE,

		/** The start. */
		START,

		/** The stop, or what cleans up after a start that did not succeed. */
		STOP,

		/** A round of checks. */
		CHECK,

		/** The notice that a service that it comes after runs, or does not. */
		NOTICE,

		/** The command to take no new work. */
		QUIESCE;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
