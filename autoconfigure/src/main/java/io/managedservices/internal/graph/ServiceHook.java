// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import org.springframework.core.ResolvableType;

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
 * @param hook is told
 * @since 0.1.0
 */
public record ServiceHook(String name, String source, ResolvableType eventType, EventPolicy policy, int buffer,
		EventHook<Object> hook) {

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
	 * @param hook is told
	 */
	public ServiceHook(String name, String source, Class<?> type, EventPolicy policy, EventHook<Object> hook) {
		this(name, source, ResolvableType.forClass(type), policy, OF_SERVICE, hook);
	}

	/**
	 * The class of the events that it takes.
	 * @return the class
	 */
	public Class<?> type() {
		return this.eventType.toClass();
	}

}
