package io.managedservices.work;

import java.util.List;

import io.managedservices.ServiceEvents.EventHook;
import io.managedservices.ServiceEvents.Subscription;
import io.managedservices.engine.WorkOwner;

/**
 * Knows the hooks of all services, and brings events to them. Stub.
 */
final class EventHub {

	EventHub(WorkEngine engine) {
	}

	void add(ServiceWorkload workload) {
	}

	void emit(WorkScope scope, Object event) {
		throw new UnsupportedOperationException("Not built yet");
	}

	List<String> emit(WorkOwner source, Object event, ContextCarrier context) {
		throw new UnsupportedOperationException("Not built yet");
	}

	<E> Subscription subscribe(WorkScope scope, String source, Class<E> type, EventHook<? super E> hook) {
		throw new UnsupportedOperationException("Not built yet");
	}

	void running(ServiceWorkload workload) {
	}

}
