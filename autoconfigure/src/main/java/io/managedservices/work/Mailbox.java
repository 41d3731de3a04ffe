package io.managedservices.work;

import io.managedservices.WorkSnapshot.EventStatus;

/**
 * The events that wait for the hooks of a service. Confined to the coordinator. Stub.
 */
final class Mailbox {

	Mailbox(ServiceWorkload workload) {
	}

	EventStatus status() {
		return new EventStatus(0, 0, 0, 0);
	}

}
