// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageListenerContainer;
import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.amqp.rabbit.config.RabbitListenerConfigUtils;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistrar;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.beans.factory.BeanFactory;

/**
 * Looks on while the listeners of Rabbit are registered. To be used only where Spring for
 * RabbitMQ is. Immutable.
 *
 * @since 0.1.0
 */
public final class RabbitListeners implements RabbitListenerConfigurer {

	private final ListenerEndpoints endpoints;

	private final BeanFactory beanFactory;

	/**
	 * Create it.
	 * @param endpoints is told of the listeners
	 * @param beanFactory where their registry is found
	 */
	public RabbitListeners(ListenerEndpoints endpoints, BeanFactory beanFactory) {
		this.endpoints = endpoints;
		this.beanFactory = beanFactory;
	}

	@Override
	public void configureRabbitListeners(RabbitListenerEndpointRegistrar registrar) {
		RabbitListenerEndpointRegistry registry = registrar.getEndpointRegistry();
		String beanName = RabbitListenerConfigUtils.RABBIT_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME;
		if (registry == null && this.beanFactory.containsBean(beanName)) {
			registry = this.beanFactory.getBean(beanName, RabbitListenerEndpointRegistry.class);
		}
		if (registry != null) {
			this.endpoints.add(registry, registry::getListenerContainers);
			registrar.setEndpointRegistry(new Watched(registry, this.endpoints));
		}
	}

	/**
	 * Passes everything on.
	 */
	private static final class Watched extends RabbitListenerEndpointRegistry {

		private final RabbitListenerEndpointRegistry registry;

		private final ListenerEndpoints endpoints;

		Watched(RabbitListenerEndpointRegistry registry, ListenerEndpoints endpoints) {
			this.registry = registry;
			this.endpoints = endpoints;
		}

		@Override
		public void registerListenerContainer(RabbitListenerEndpoint endpoint,
				RabbitListenerContainerFactory<?> factory, boolean startImmediately) {
			// The registry refuses one without an id.
			String id = String.valueOf(endpoint.getId());
			ListenerEndpoint listener = (endpoint instanceof MethodRabbitListenerEndpoint known)
					? new ListenerEndpoint(id, known.getBean(), known.getMethod())
					: new ListenerEndpoint(id, null, null);
			this.endpoints.check(listener);
			this.registry.registerListenerContainer(endpoint, factory, startImmediately);
			this.endpoints
				.add(new RegisteredListener(listener, () -> this.registry.getListenerContainer(id), () -> leave(id)));
		}

		private void leave(String id) {
			MessageListenerContainer container = this.registry.getListenerContainer(id);
			if (container != null) {
				container.setAutoStartup(false);
			}
		}

		@Override
		public @Nullable MessageListenerContainer getListenerContainer(String id) {
			return this.registry.getListenerContainer(id);
		}

		@Override
		public Set<String> getListenerContainerIds() {
			return this.registry.getListenerContainerIds();
		}

		@Override
		public Collection<MessageListenerContainer> getListenerContainers() {
			return this.registry.getListenerContainers();
		}

	}

}
