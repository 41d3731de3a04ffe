// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.jms.annotation.JmsListenerConfigurer;
import org.springframework.jms.config.JmsListenerConfigUtils;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpoint;
import org.springframework.jms.config.JmsListenerEndpointRegistrar;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.config.MethodJmsListenerEndpoint;
import org.springframework.jms.listener.AbstractJmsListeningContainer;
import org.springframework.jms.listener.MessageListenerContainer;

/**
 * Looks on while the listeners of JMS are registered. To be used only where Spring JMS
 * is. Immutable.
 *
 * @since 0.1.0
 */
public final class JmsListeners implements JmsListenerConfigurer {

	private final ListenerEndpoints endpoints;

	/**
	 * Create it.
	 * @param endpoints is told of the listeners
	 */
	public JmsListeners(ListenerEndpoints endpoints) {
		this.endpoints = endpoints;
	}

	@Override
	public void configureJmsListeners(JmsListenerEndpointRegistrar registrar) {
		JmsListenerEndpointRegistry registry = this.endpoints.registry(registrar.getEndpointRegistry(),
				JmsListenerConfigUtils.JMS_LISTENER_ENDPOINT_REGISTRY_BEAN_NAME, JmsListenerEndpointRegistry.class,
				JmsListenerEndpointRegistry::getListenerContainers);
		if (registry != null) {
			registrar.setEndpointRegistry(new Watched(registry, this.endpoints));
		}
	}

	/**
	 * Passes everything on.
	 */
	private static final class Watched extends JmsListenerEndpointRegistry {

		private final JmsListenerEndpointRegistry registry;

		private final ListenerEndpoints endpoints;

		Watched(JmsListenerEndpointRegistry registry, ListenerEndpoints endpoints) {
			this.registry = registry;
			this.endpoints = endpoints;
		}

		@Override
		public void registerListenerContainer(JmsListenerEndpoint endpoint, JmsListenerContainerFactory<?> factory,
				boolean startImmediately) {
			// The registry refuses one without an id.
			String id = String.valueOf(endpoint.getId());
			ListenerEndpoint listener = (endpoint instanceof MethodJmsListenerEndpoint known)
					? new ListenerEndpoint(id, known.getBean(), known.getMethod())
					: new ListenerEndpoint(id, null, null);
			this.endpoints.register(
					new RegisteredListener(listener, () -> this.registry.getListenerContainer(id), () -> leave(id)),
					() -> this.registry.registerListenerContainer(endpoint, factory, startImmediately));
		}

		private void leave(String id) {
			if (this.registry.getListenerContainer(id) instanceof AbstractJmsListeningContainer container) {
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
