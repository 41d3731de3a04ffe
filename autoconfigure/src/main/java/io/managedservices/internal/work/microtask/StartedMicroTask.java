// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.MicroTask;

/**
 * A micro-task that runs on a thread of the pool. Entered by several threads.
 *
 * @param <T> the type of its result
 */
final class StartedMicroTask<T> extends MicroTaskCall {

	private final Callable<T> body;

	private final ContextCarrier context;

	private final Result result = new Result();

	/** Of whoever has started it. */
	private final @Nullable Object origin;

	private @Nullable T returned;

	StartedMicroTask(MicroTasks microTasks, WorkScope scope, MicroTask microTask, Callable<T> body,
			ContextCarrier context) {
		super(microTasks, scope, microTask);
		this.body = body;
		this.context = context;
		Surrounding surrounding = surrounding();
		this.origin = (surrounding != null) ? surrounding.origin() : null;
	}

	CompletableFuture<T> result() {
		return this.result;
	}

	@Override
	protected void body() throws Exception {
		this.context.run(this::invoke);
	}

	private void invoke() throws Exception {
		Surrounding surrounding = surrounding();
		if (surrounding == null) {
			this.returned = this.body.call();
		}
		else {
			surrounding.run(inner(() -> this.returned = this.body.call(), this.origin));
		}
	}

	@Override
	void granted() {
		limiter().execute(this);
	}

	@Override
	void abandoned() {
		this.result.completeExceptionally(stops());
	}

	@Override
	@SuppressWarnings("NullAway") // null if the body returns that
	void completed() {
		Throwable failure = thrown();
		if (!hasBegun()) {
			this.result.completeExceptionally(stops());
		}
		else if (failure != null) {
			this.result.completeExceptionally(failure);
		}
		else {
			this.result.complete(this.returned);
		}
	}

	/**
	 * The result. To cancel it cancels the micro-task.
	 */
	private final class Result extends CompletableFuture<T> {

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			boolean cancelled = withdraw();
			if (cancelled && interrupt()) {
				limiter().slots().abandon(StartedMicroTask.this);
			}
			return cancelled;
		}

		private boolean withdraw() {
			return super.cancel(false);
		}

	}

}
