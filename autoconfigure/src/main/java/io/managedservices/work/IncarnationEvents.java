package io.managedservices.work;

import io.managedservices.ServiceEvents;

/**
 * The events of one incarnation, as the service sees them. Entered by any thread.
 */
final class IncarnationEvents implements ServiceEvents {

	private final WorkScope scope;

	IncarnationEvents(WorkScope scope) {
		this.scope = scope;
	}

	@Override
	public void emit(Object event) {
		this.scope.workload().engine().events().emit(this.scope, event);
	}

	@Override
	public <E> Subscription on(Class<E> type, EventHook<? super E> hook) {
		return this.scope.workload().engine().events().subscribe(this.scope, "", type, hook);
	}

	@Override
	public <E> Subscription on(String source, Class<E> type, EventHook<? super E> hook) {
		return this.scope.workload().engine().events().subscribe(this.scope, source, type, hook);
	}

}
