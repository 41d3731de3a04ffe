// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import org.springframework.core.ResolvableType;

import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents;
import io.managedservices.event.ServiceEvents.EventHook;
import io.managedservices.event.ServiceEvents.Subscription;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.core.Required;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.work.WorkKind;

/**
 * The events of one incarnation, as the service sees them. Entered by any thread.
 *
 * @since 0.1.0
 */
public final class IncarnationEvents implements ServiceEvents {

	private final EventHub hub;

	private final Mailbox mailbox;

	private final WorkScope scope;

	/**
	 * Create the events of an incarnation.
	 * @param hub knows the hooks of all services
	 * @param mailbox that of the service
	 * @param scope the work of the incarnation
	 */
	public IncarnationEvents(EventHub hub, Mailbox mailbox, WorkScope scope) {
		this.hub = hub;
		this.mailbox = mailbox;
		this.scope = scope;
	}

	@Override
	public void emit(Object event) {
		if (event == null) {
			throw new IllegalArgumentException(
					"The event that service '%s' emits is required: found 'null'".formatted(this.scope.serviceName()));
		}
		this.hub.emit(this.mailbox.outbox(), this.scope, event);
	}

	@Override
	public <E> Subscription on(Class<E> type, EventHook<? super E> hook) {
		return subscribe("", type, EventPolicy.BUFFER, ServiceHook.Body.of(untyped(required(type, hook))));
	}

	@Override
	public <E> Subscription onAny(Class<E> type, OriginHook<? super E> hook) {
		OriginHook<Object> given = untyped(required(type, hook));
		return subscribe("", type, EventPolicy.BUFFER,
				(event, origin, incarnation) -> given.onEvent(event, origin.get()));
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
		Required.of(policy, "policy", this.scope, WorkKind.HOOK, type.getSimpleName());
		return subscribe(source, type, policy, ServiceHook.Body.of(untyped(required(type, hook))));
	}

	private Subscription subscribe(String source, Class<?> type, EventPolicy policy, ServiceHook.Body body) {
		return this.hub.subscribe(this.mailbox, this.scope, new ServiceHook(type.getSimpleName(), source,
				ResolvableType.forClass(type), policy, ServiceHook.OF_SERVICE, body));
	}

	private <H> H required(Class<?> type, H hook) {
		Class<?> given = Required.of(type, "type", this.scope, WorkKind.HOOK, null);
		return Required.of(hook, "body", this.scope, WorkKind.HOOK, given.getSimpleName());
	}

	// It is given nothing but instances of its type.
	@SuppressWarnings("unchecked")
	private static <E> EventHook<Object> untyped(EventHook<? super E> hook) {
		return (EventHook<Object>) hook;
	}

	@SuppressWarnings("unchecked")
	private static <E> OriginHook<Object> untyped(OriginHook<? super E> hook) {
		return (OriginHook<Object>) hook;
	}

}
