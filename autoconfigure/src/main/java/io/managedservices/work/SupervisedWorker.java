package io.managedservices.work;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.managedservices.ServiceWorker;
import io.managedservices.WorkerBody;

/**
 * A worker of one incarnation. Stub.
 */
final class SupervisedWorker implements ServiceWorker {

	SupervisedWorker(WorkScope scope, String name, WorkerBody body) {
	}

	@Override
	public ServiceWorker restartOnFailure() {
		throw new UnsupportedOperationException("Not built yet");
	}

	@Override
	public ServiceWorker restartOnFailure(Duration delay) {
		throw new UnsupportedOperationException("Not built yet");
	}

	@Override
	public ServiceWorker maxRestarts(int maxRestarts, Duration window) {
		throw new UnsupportedOperationException("Not built yet");
	}

	@Override
	public ServiceWorker heartbeat(Duration timeout) {
		throw new UnsupportedOperationException("Not built yet");
	}

	@Override
	public CompletableFuture<Void> start() {
		throw new UnsupportedOperationException("Not built yet");
	}

	@Override
	public void run() throws Exception {
		throw new UnsupportedOperationException("Not built yet");
	}

}
