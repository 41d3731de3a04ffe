// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.function.Supplier;

import org.springframework.core.ResolvableType;

import io.managedservices.ServiceContext;
import io.managedservices.event.EventOrigin;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents.EventHook;

/**
 * A hook that a service was declared to have. Immutable.
 *
 * @param name its name, for people: of the method and the event, say
 * @param source the name of the service whose events it takes, empty for all services
 * @param eventType the type of the events that it takes, told apart by its type arguments
 * as Spring does
 * @param policy what happens to events that it cannot take
 * @param buffer how many events wait for it alone, 1 or more, or {@link #OF_SERVICE}
 * @param hook is called with each event
 * @since 0.1.0
 */
public record ServiceHook(String name, String source, ResolvableType eventType, EventPolicy policy, int buffer,
		Body hook) {

	/**
	 * That events wait for it together with those for the other hooks of its service, as
	 * many as that may have waiting.
	 */
	public static final int OF_SERVICE = -1;

	/**
	 * A hook without a bound of its own.
	 * @param name its name, for people
	 * @param source the name of the service whose events it takes, empty for all services
	 * @param type the type of the events that it takes
	 * @param policy what happens to events that it cannot take
	 * @param hook is called with each event
	 */
	public ServiceHook(String name, String source, Class<?> type, EventPolicy policy, EventHook<Object> hook) {
		this(name, source, ResolvableType.forClass(type), policy, OF_SERVICE, Body.of(hook));
	}

	/**
	 * The class of the events that it takes.
	 * @return the class
	 */
	public Class<?> type() {
		return this.eventType.toClass();
	}

	/**
	 * What a hook does.
	 */
	@FunctionalInterface
	public interface Body {

		/**
		 * What does not ask where an event comes from.
		 * @param hook takes the events
		 * @return what the hook does
		 */
		static Body of(EventHook<Object> hook) {
			return (event, origin, incarnation) -> hook.onEvent(event);
		}

		/**
		 * Takes an event.
		 * @param event the event
		 * @param origin tells where the event comes from, whenever it is asked
		 * @param incarnation that of the service with the hook
		 * @throws Exception whatever it throws becomes a failure of that service
		 */
		void call(Object event, Supplier<EventOrigin> origin, ServiceContext incarnation) throws Exception;

	}

}
