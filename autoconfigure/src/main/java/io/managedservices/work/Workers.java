package io.managedservices.work;

import java.util.List;

import io.managedservices.WorkSnapshot.WorkerStatus;

/**
 * The workers of a service. Confined to the coordinator. Stub.
 */
final class Workers {

	List<WorkerStatus> statuses() {
		return List.of();
	}

}
