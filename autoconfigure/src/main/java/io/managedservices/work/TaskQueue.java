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

	/**
	 * Whether tasks wait for micro-tasks to have begun. Any thread may ask.
	 * @return whether any do
	 */
	boolean isYielding() {
		return false;
	}

	/**
	 * No micro-task waits any more.
	 */
	void microTasksIdle() {
	}

}
