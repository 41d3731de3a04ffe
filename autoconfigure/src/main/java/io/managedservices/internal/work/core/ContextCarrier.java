// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.work.WorkBody;

/**
 * The context of the thread that asks for work (MDC, security, tracing), as a
 * {@link org.springframework.core.task.TaskDecorator} captures it, so that it can be put
 * around whatever runs for it later, more than once. Used by one thread at a time: what a
 * decorator returns may keep something while it runs.
 *
 * @since 0.1.0
 */
public final class ContextCarrier {

	private static final ThreadLocal<@Nullable WorkCall> CALL = new ThreadLocal<>();

	/** Carries nothing. */
	public static final ContextCarrier NONE = new ContextCarrier(null);

	private final @Nullable Runnable decorated;

	private ContextCarrier(@Nullable Runnable decorated) {
		this.decorated = decorated;
	}

	/**
	 * Captures the context of the calling thread.
	 * @param decorator how, or {@code null} for not at all
	 * @return the context
	 */
	public static ContextCarrier capture(@Nullable UnaryOperator<Runnable> decorator) {
		return (decorator != null) ? new ContextCarrier(decorator.apply(ContextCarrier::callCurrent)) : NONE;
	}

	/**
	 * Runs something in the context.
	 * @param body what is run
	 * @throws Exception what it throws
	 */
	public void run(WorkBody body) throws Exception {
		if (this.decorated == null) {
			body.run();
			return;
		}
		WorkCall call = new WorkCall(body);
		WorkCall outer = CALL.get();
		CALL.set(call);
		try {
			this.decorated.run();
		}
		catch (Throwable ex) {
			call.decoratorThrew(ex);
		}
		finally {
			if (outer != null) {
				CALL.set(outer);
			}
			else {
				CALL.remove();
			}
		}
		call.rethrow();
	}

	private static void callCurrent() {
		WorkCall call = CALL.get();
		if (call != null) {
			call.run();
		}
	}

	/**
	 * A call on its way through the decorator. Used by one thread.
	 */
	private static final class WorkCall {

		private final WorkBody body;

		private @Nullable Throwable thrown;

		private boolean called;

		WorkCall(WorkBody body) {
			this.body = body;
		}

		void run() {
			this.called = true;
			try {
				this.body.run();
			}
			catch (Throwable ex) {
				this.thrown = ex;
			}
		}

		void decoratorThrew(Throwable ex) {
			if (this.thrown == null) {
				this.thrown = ex;
			}
			else if (this.thrown != ex) {
				this.thrown.addSuppressed(ex);
			}
		}

		void rethrow() throws Exception {
			if (this.thrown instanceof Error error) {
				throw error;
			}
			if (this.thrown instanceof Exception exception) {
				throw exception;
			}
			if (!this.called) {
				throw new IllegalStateException(
						"The TaskDecorator did not call what it was given: expected it to, on the thread that it is called on");
			}
		}

	}

}
