// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

import io.managedservices.internal.discovery.ServicePresence;

/**
 * Tells the façade when all singletons exist, and when the context begins to close. A
 * bean of its own, and no candidate for injection: the façade is injected, and must not
 * be found where a callback or listener of the application is asked for. Immutable.
 *
 * @since 0.1.0
 */
public final class ContextCallbacks implements SmartInitializingSingleton, ApplicationListener<ContextClosedEvent> {

	private final ServicePresence presence;

	private final ObjectProvider<DeferredManagedServices> services;

	private final ApplicationContext context;

	/**
	 * Create callbacks.
	 * @param presence whether there are services
	 * @param services the façade, unless the user has another one
	 * @param context the context
	 */
	public ContextCallbacks(ServicePresence presence, ObjectProvider<DeferredManagedServices> services,
			ApplicationContext context) {
		this.presence = presence;
		this.services = services;
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.presence.look()) {
			this.services.ifAvailable(DeferredManagedServices::singletonsExist);
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// That of a child context comes here, too.
		if (event.getApplicationContext() == this.context && this.presence.isAny()) {
			this.services.ifAvailable(DeferredManagedServices::close);
		}
	}

}
