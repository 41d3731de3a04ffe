// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
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

	private final BeanFactory beanFactory;

	/**
	 * Create it.
	 * @param endpoints is told of the listeners
	 * @param beanFactory where their registry is found
	 */
	public KafkaListeners(ListenerEndpoints endpoints, BeanFactory beanFactory) {
		this.endpoints = endpoints;
		this.beanFactory = beanFactory;
	}

	@Override
	public void configureKafkaListeners(KafkaListenerEndpointRegistrar registrar) {
		KafkaListenerEndpointRegistry registry = registrar.getEndpointRegistry();
		String beanName = KafkaListenerConfigUtils.KAFKA_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME;
		if (registry == null && this.beanFactory.containsBean(beanName)) {
			registry = this.beanFactory.getBean(beanName, KafkaListenerEndpointRegistry.class);
		}
		if (registry != null) {
			this.endpoints.add(registry, registry::getListenerContainers);
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
