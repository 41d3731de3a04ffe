package io.managedservices.work;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.managedservices.MicroTask;
import io.managedservices.MicroTaskSlot;

/**
 * Lets micro-tasks of all services begin by their priorities. Stub.
 */
final class MicroTaskLimiter {

	MicroTaskLimiter(WorkEngine engine) {
	}

	<T> T run(WorkScope scope, MicroTask microTask, Callable<T> body) throws Exception {
		throw new UnsupportedOperationException("Not built yet");
	}

	<T> CompletableFuture<T> start(WorkScope scope, MicroTask microTask, Callable<T> body) {
		throw new UnsupportedOperationException("Not built yet");
	}

	MicroTaskSlot signal(WorkScope scope, MicroTask microTask) throws InterruptedException {
		throw new UnsupportedOperationException("Not built yet");
	}

	void limit(int limit) {
	}

	int limit() {
		return 2;
	}

	int running() {
		return 0;
	}

	int mediumWaiting() {
		return 0;
	}

	int lowWaiting() {
		return 0;
	}

	boolean hasWaiting() {
		return false;
	}

}
