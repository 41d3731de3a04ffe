// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.Lifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;

import io.managedservices.internal.bean.ServiceAwareLifecycleProcessor;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.listener.ListenerEndpoints;

/**
 * Spring's lifecycle processor, which leaves beans that are services to
 * {@link ManagedServicesLifecycle}. Otherwise it would stop each of them in the phase of
 * the bean, whatever still depends on it, and start it with the context whether it is
 * wanted or not. The same goes for message listeners, which have a bean for all of them.
 * Used by the threads that start and stop the context.
 *
 * @since 0.1.0
 */
public final class ManagedServicesLifecycleProcessor extends DefaultLifecycleProcessor
		implements ServiceAwareLifecycleProcessor {

	private final ObjectProvider<DeferredManagedServices> services;

	private @Nullable ServicePresence presence;

	private @Nullable BeanFactory factory;

	private volatile boolean started;

	/**
	 * Create a processor.
	 * @param services the services, asked for when the context starts or stops beans
	 */
	public ManagedServicesLifecycleProcessor(ObjectProvider<DeferredManagedServices> services) {
		this.services = services;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.presence = beanFactory.getBeanProvider(ServicePresence.class).getIfAvailable();
		this.factory = beanFactory;
	}

	@Override
	public void onRefresh() {
		try {
			super.onRefresh();
		}
		finally {
			this.started = true;
		}
	}

	@Override
	protected Map<String, Lifecycle> getLifecycleBeans() {
		Map<String, Lifecycle> beans = super.getLifecycleBeans();
		boolean any = this.presence == null || this.presence.isAny();
		DeferredManagedServices known = any ? this.services.getIfAvailable() : null;
		if (known != null) {
			beans.entrySet().removeIf((bean) -> known.manages(bean.getKey(), bean.getValue()));
			if (known.isAnySupplied() && this.factory != null) {
				leaveListeners(beans, known, this.factory);
			}
		}
		return beans;
	}

	private void leaveListeners(Map<String, Lifecycle> beans, DeferredManagedServices known, BeanFactory factory) {
		for (ListenerEndpoints endpoints : factory.getBeanProvider(ListenerEndpoints.class)) {
			for (Map.Entry<String, Lifecycle> bean : beans.entrySet()) {
				bean.setValue(endpoints.withoutServices(bean.getValue(), known::manages, this.started));
			}
		}
	}

}
