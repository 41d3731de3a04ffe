package io.managedservices.graph;

import io.managedservices.EventPolicy;
import io.managedservices.ServiceEvents.EventHook;

/**
 * A hook that a service was declared to have. Immutable.
 *
 * @param name its name, for people: of the method and the event, say
 * @param source the name of the service whose events it takes, empty for all services
 * @param type the type of the events that it takes
 * @param policy what happens to events that it cannot take
 * @param hook is told
 * @since 0.1.0
 */
public record ServiceHook(String name, String source, Class<?> type, EventPolicy policy, EventHook<Object> hook) {

}
