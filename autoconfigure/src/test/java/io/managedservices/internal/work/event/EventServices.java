// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.core.ResolvableType;

import io.managedservices.ServiceContext;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.ServiceEvents;
import io.managedservices.event.ServiceEvents.EventHook;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.SteppedWork.Start;

/**
 * Services of a test that emit and hook events. For use by one thread.
 */
final class EventServices {

	/** What the hooks were told, in order, as {@code service:event}. */
	final List<String> told = new ArrayList<>();

	private final Map<String, ServiceContext> contexts = new HashMap<>();

	ServiceDefinition service(String name, ServiceHook... hooks) {
		return service(name, (context) -> {
		}, hooks);
	}

	ServiceDefinition service(String name, Start start, ServiceHook... hooks) {
		ServiceDefinition plain = SteppedWork.service(name, (context) -> {
			this.contexts.put(name, context);
			start.start(context);
		});
		return new ServiceDefinition(plain.descriptor(), plain.instance(), plain.callbacks(), plain.settings(), null,
				List.of(hooks));
	}

	/**
	 * A service with a hook for all strings that notes them.
	 */
	ServiceDefinition listener(String name, EventPolicy policy) {
		return service(name, hook(name, "", policy));
	}

	ServiceHook hook(String service, String source, EventPolicy policy) {
		return hook(source, String.class, policy, (event) -> this.told.add(service + ":" + event));
	}

	/**
	 * A hook with a bound of its own.
	 */
	ServiceHook hook(String service, String source, EventPolicy policy, int buffer) {
		return new ServiceHook("on" + service, source, ResolvableType.forClass(String.class), policy, buffer,
				(event, origin, incarnation) -> this.told.add(service + ":" + event));
	}

	static ServiceHook hook(String source, Class<?> type, EventPolicy policy, EventHook<Object> body) {
		return new ServiceHook("on" + type.getSimpleName(), source, type, policy, body);
	}

	/**
	 * The events of the last incarnation of a service.
	 */
	ServiceEvents events(String name) {
		return this.contexts.get(name).events();
	}

	ServiceContext context(String name) {
		return this.contexts.get(name);
	}

}
