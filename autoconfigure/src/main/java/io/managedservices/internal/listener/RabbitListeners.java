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

/**
 * Looks on while the listeners of Rabbit are registered. To be used only where Spring for
 * RabbitMQ is. Immutable.
 *
 * @since 0.1.0
 */
public final class RabbitListeners implements RabbitListenerConfigurer {

	private final ListenerEndpoints endpoints;

	/**
	 * Create it.
	 * @param endpoints is told of the listeners
	 */
	public RabbitListeners(ListenerEndpoints endpoints) {
		this.endpoints = endpoints;
	}

	@Override
	public void configureRabbitListeners(RabbitListenerEndpointRegistrar registrar) {
		RabbitListenerEndpointRegistry registry = this.endpoints.registry(registrar.getEndpointRegistry(),
				RabbitListenerConfigUtils.RABBIT_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME,
				RabbitListenerEndpointRegistry.class, RabbitListenerEndpointRegistry::getListenerContainers);
		if (registry != null) {
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
			this.endpoints.register(
					new RegisteredListener(listener, () -> this.registry.getListenerContainer(id), () -> leave(id)),
					() -> this.registry.registerListenerContainer(endpoint, factory, startImmediately));
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
