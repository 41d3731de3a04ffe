package io.managedservices.work;

/**
 * The queue of the tasks of all services, and its slots. Stub.
 */
final class TaskQueue {

	TaskQueue(WorkEngine engine) {
	}

	int running() {
		return 0;
	}

	int queued() {
		return 0;
	}

}
