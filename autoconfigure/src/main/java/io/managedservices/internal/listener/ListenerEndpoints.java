// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;

import io.managedservices.internal.declare.PresenceSign;

/**
 * The message listeners of a context, as Spring registers them when all singletons exist,
 * and the registries that have their containers. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ListenerEndpoints implements PresenceSign {

	private final List<RegisteredListener> listeners = new ArrayList<>();

	private final List<ListenerRegistry> registries = new ArrayList<>();

	private boolean closed;

	/**
	 * There is a registry.
	 * @param registry starts and stops its containers
	 * @param containers all of its containers
	 */
	synchronized void add(SmartLifecycle registry,
			Supplier<? extends Collection<? extends SmartLifecycle>> containers) {
		this.registries.add(new ListenerRegistry(registry, containers));
	}

	/**
	 * A listener is about to be registered.
	 * @param endpoint the listener
	 * @throws IllegalStateException if it depends on services, and they were discovered
	 * before
	 */
	synchronized void check(ListenerEndpoint endpoint) {
		if (this.closed && endpoint.annotation() != null) {
			throw new IllegalStateException(
					"The %s depends on services, and was registered after the services were discovered. Let its bean be created with the context (@Lazy(false)), and call ManagedServices no earlier than in an ApplicationRunner."
						.formatted(endpoint.describe()));
		}
	}

	synchronized void add(RegisteredListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public synchronized boolean isSeen() {
		return this.listeners.stream().anyMatch((listener) -> listener.endpoint().annotation() != null);
	}

	@Override
	public synchronized void noneFound() {
		this.closed = true;
	}

	/**
	 * The services are discovered now: a listener that comes later is none.
	 * @return all listeners
	 */
	synchronized List<RegisteredListener> close() {
		this.closed = true;
		return List.copyOf(this.listeners);
	}

	/**
	 * What Spring starts and stops in place of a bean, where a listener may be a service.
	 * @param bean the bean
	 * @param managed whether a container was started as a service
	 * @param again whether the context has started before
	 * @return the bean, or the part of it that is no service if it is a registry
	 */
	public synchronized Lifecycle withoutServices(Lifecycle bean, Predicate<Object> managed, boolean again) {
		for (ListenerRegistry registry : this.registries) {
			if (registry.bean() == bean) {
				return new OtherListeners(registry, managed, again);
			}
		}
		return bean;
	}

}
