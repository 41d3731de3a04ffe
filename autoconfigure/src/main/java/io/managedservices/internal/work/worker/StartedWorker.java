// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.util.concurrent.CompletableFuture;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.work.core.Cancellation;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.WorkThreads;
import io.managedservices.work.WorkKind;

/**
 * A worker that was started: it runs on threads of its kind, and a future tells how it
 * ended. The future is completed outside the coordinator.
 */
final class StartedWorker implements WorkerClient {

	private final CompletableFuture<Void> future = new CompletableFuture<>();

	private final Coordination coordination;

	private final WorkThreads threads;

	StartedWorker(WorkScope scope) {
		this.coordination = scope.workplace().coordination();
		this.threads = scope.workplace().environment().threads();
	}

	CompletableFuture<Void> future() {
		return this.future;
	}

	@Override
	public void execute(WorkerRun run) {
		this.threads.execute(WorkKind.WORKER, run);
	}

	@Override
	public boolean isEndedByInterrupt() {
		return false;
	}

	@Override
	public void completed() {
		this.coordination.deliver(() -> this.future.complete(null));
	}

	@Override
	public void failed(Throwable cause) {
		this.coordination.deliver(() -> this.future.completeExceptionally(cause));
	}

	@Override
	public void cancelled() {
		this.coordination
			.deliver(() -> this.future.completeExceptionally(new Cancellation.OfService("The worker is to end")));
	}

}
