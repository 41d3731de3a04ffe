// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import kotlin.Unit;
import kotlinx.coroutines.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job of Kotlin's coroutines, and the value of one that has any. Cancels the
 * job when it is cancelled. Safe for use by several threads.
 */
final class JobCompletion extends CompletableFuture<@Nullable Object> {

	private final Deferred<?> job;

	private JobCompletion(Deferred<?> job) {
		this.job = job;
	}

	/**
	 * Starts a job if it waits for that.
	 * @param returned what was returned
	 * @return its end, or {@code null} if it is none that gives something
	 */
	static @Nullable JobCompletion of(Object returned) {
		// A job that gives nothing may be one that goes on for as long as the service.
		if (!(returned instanceof Deferred<?> job)) {
			return null;
		}
		JobCompletion completion = new JobCompletion(job);
		job.start();
		job.invokeOnCompletion((cause) -> {
			completion.end(cause);
			return Unit.INSTANCE;
		});
		return completion;
	}

	private void end(@Nullable Throwable cause) {
		if (cause != null) {
			completeExceptionally(cause);
		}
		else {
			complete(this.job.getCompleted());
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		this.job.cancel(new CancellationException("The thread was interrupted"));
		return super.cancel(mayInterruptIfRunning);
	}

}
