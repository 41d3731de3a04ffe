// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.work.WorkKind;

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
		if (event == null) {
			throw new IllegalArgumentException(
					"The event that service '%s' emits is required: found 'null'".formatted(this.scope.serviceName()));
		}
		this.scope.workload().engine().events().emit(this.scope, event);
	}

	@Override
	public <E> Subscription on(Class<E> type, EventHook<? super E> hook) {
		return subscribe("", type, EventPolicy.BUFFER, hook);
	}

	@Override
	public <E> Subscription on(String source, Class<E> type, EventHook<? super E> hook) {
		return on(source, type, EventPolicy.BUFFER, hook);
	}

	@Override
	public <E> Subscription on(String source, Class<E> type, EventPolicy policy, EventHook<? super E> hook) {
		Required.of(type, "type", this.scope, WorkKind.HOOK, null);
		// One that is empty would hook those of all services.
		Required.text(source, "source", this.scope, WorkKind.HOOK, type.getSimpleName());
		return subscribe(source, type, policy, hook);
	}

	private <E> Subscription subscribe(String source, Class<E> type, EventPolicy policy, EventHook<? super E> hook) {
		Class<?> given = Required.of(type, "type", this.scope, WorkKind.HOOK, null);
		Required.of(policy, "policy", this.scope, WorkKind.HOOK, given.getSimpleName());
		Required.of(hook, "body", this.scope, WorkKind.HOOK, given.getSimpleName());
		ServiceHook described = new ServiceHook(type.getSimpleName(), source, type, policy, untyped(hook));
		return this.scope.workload().engine().events().subscribe(this.scope, described);
	}

	// It is given nothing but instances of its type.
	@SuppressWarnings("unchecked")
	private static <E> EventHook<Object> untyped(EventHook<? super E> hook) {
		return (EventHook<Object>) hook;
	}

}
