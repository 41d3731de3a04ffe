// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
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

	private final BeanFactory beanFactory;

	private boolean closed;

	/**
	 * Create them, of a context that is being created.
	 * @param beanFactory where registries are found
	 */
	public ListenerEndpoints(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Finds a registry, and knows it from then on.
	 * @param <R> its type
	 * @param known the registry, or {@code null} if it is a bean
	 * @param beanName the name of the bean
	 * @param type its type
	 * @param containers all of its containers, which it starts and stops
	 * @return the registry, or {@code null} if there is none
	 */
	<R extends SmartLifecycle> @Nullable R registry(@Nullable R known, String beanName, Class<R> type,
			Function<R, ? extends Collection<? extends SmartLifecycle>> containers) {
		R registry = (known == null && this.beanFactory.containsBean(beanName))
				? this.beanFactory.getBean(beanName, type) : known;
		if (registry != null) {
			add(new ListenerRegistry(registry, () -> containers.apply(registry)));
		}
		return registry;
	}

	private synchronized void add(ListenerRegistry registry) {
		this.registries.add(registry);
	}

	/**
	 * Registers a listener, and knows it from then on.
	 * @param listener the listener
	 * @param registration registers it
	 * @throws IllegalStateException if it depends on services, and they were discovered
	 * before
	 */
	void register(RegisteredListener listener, Runnable registration) {
		check(listener.endpoint());
		registration.run();
		add(listener);
	}

	private synchronized void check(ListenerEndpoint endpoint) {
		if (this.closed && endpoint.annotation() != null) {
			throw new IllegalStateException(
					"The %s depends on services, and was registered after the services were discovered. Let its bean be created with the context (@Lazy(false)), and call ManagedServices no earlier than in an ApplicationRunner."
						.formatted(endpoint.describe()));
		}
	}

	private synchronized void add(RegisteredListener listener) {
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
