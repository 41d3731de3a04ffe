// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.concurrent.CompletableFuture;

import io.managedservices.internal.call.Coordination;

/**
 * A worker that was started: it runs on threads of its kind, and a future tells how it
 * ended. The future is completed outside the coordinator.
 */
final class StartedWorker implements WorkerClient {

	private final CompletableFuture<Void> future = new CompletableFuture<>();

	private final Coordination coordination;

	private final WorkThreads threads;

	StartedWorker(WorkScope scope) {
		this.coordination = scope.workload().coordination();
		this.threads = scope.workload().threads();
	}

	CompletableFuture<Void> future() {
		return this.future;
	}

	@Override
	public void execute(WorkerRun run) {
		this.threads.execute(run);
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
		this.coordination.deliver(() -> this.future.cancel(false));
	}

}
