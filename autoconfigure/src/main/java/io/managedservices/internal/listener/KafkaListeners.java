// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.kafka.annotation.KafkaListenerConfigurer;
import org.springframework.kafka.config.KafkaListenerConfigUtils;
import org.springframework.kafka.config.KafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.KafkaListenerEndpointRegistrar;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.config.MethodKafkaListenerEndpoint;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Looks on while the listeners of Kafka are registered. To be used only where Spring for
 * Apache Kafka is. Immutable.
 *
 * @since 0.1.0
 */
public final class KafkaListeners implements KafkaListenerConfigurer {

	private final ListenerEndpoints endpoints;

	/**
	 * Create it.
	 * @param endpoints is told of the listeners
	 */
	public KafkaListeners(ListenerEndpoints endpoints) {
		this.endpoints = endpoints;
	}

	@Override
	public void configureKafkaListeners(KafkaListenerEndpointRegistrar registrar) {
		KafkaListenerEndpointRegistry registry = this.endpoints.registry(registrar.getEndpointRegistry(),
				KafkaListenerConfigUtils.KAFKA_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME,
				KafkaListenerEndpointRegistry.class, KafkaListenerEndpointRegistry::getListenerContainers);
		if (registry != null) {
			registrar.setEndpointRegistry(new Watched(registry, this.endpoints));
		}
	}

	/**
	 * Passes everything on.
	 */
	private static final class Watched extends KafkaListenerEndpointRegistry {

		private final KafkaListenerEndpointRegistry registry;

		private final ListenerEndpoints endpoints;

		Watched(KafkaListenerEndpointRegistry registry, ListenerEndpoints endpoints) {
			this.registry = registry;
			this.endpoints = endpoints;
		}

		@Override
		public void registerListenerContainer(KafkaListenerEndpoint endpoint, KafkaListenerContainerFactory<?> factory,
				boolean startImmediately) {
			// The registry refuses one without an id.
			String id = String.valueOf(endpoint.getId());
			ListenerEndpoint listener = (endpoint instanceof MethodKafkaListenerEndpoint<?, ?> known)
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
