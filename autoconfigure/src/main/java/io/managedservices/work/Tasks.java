package io.managedservices.work;

import java.util.List;

import io.managedservices.ServiceTask;
import io.managedservices.TaskBody;
import io.managedservices.WorkSnapshot.TaskStatus;

/**
 * The tasks of a service. Confined to the coordinator. Stub.
 */
final class Tasks {

	Tasks(ServiceWorkload workload) {
	}

	ServiceTask create(WorkScope scope, String name, TaskBody body) {
		throw new UnsupportedOperationException("Not built yet");
	}

	void release() {
	}

	void sleepChanged() {
	}

	List<TaskStatus> statuses() {
		return List.of();
	}

}
