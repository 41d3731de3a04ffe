// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.internal.inject.InjectionNeeds;
import io.managedservices.internal.inject.InjectionPlace;
import io.managedservices.item.ItemScheduler;
import io.managedservices.state.ServiceException;

/**
 * What is injected where managed services are switched off: it says so when it is used.
 * Stateless.
 */
final class ServicesOff implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		ObjectFactory<Object> provided = () -> InjectionPlace.resolve(beanFactory, Provided.class,
				(place, type) -> new OffProvided());
		beanFactory.registerResolvableDependency(Provided.class, provided);
		ObjectFactory<Object> scheduler = () -> InjectionPlace.resolve(beanFactory, ItemScheduler.class,
				(place, type) -> new OffScheduler());
		beanFactory.registerResolvableDependency(ItemScheduler.class, scheduler);
		InjectionNeeds.defineValues(beanFactory);
	}

	/**
	 * A façade that has no services.
	 * @return the façade
	 */
	static ManagedServices facade() {
		return (ManagedServices) Proxy.newProxyInstance(ManagedServices.class.getClassLoader(),
				new Class<?>[] { ManagedServices.class }, new OffFacade());
	}

	private static ServiceException off() {
		return new ServiceException(ServiceException.Kind.NOT_WANTED, null,
				"Managed services are switched off: managed-services.enabled is false, or their auto-configuration is excluded. Switch them on, or do not use them.",
				null);
	}

	/**
	 * Any method of the façade.
	 */
	private static final class OffFacade implements InvocationHandler {

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) {
			if (method.getDeclaringClass() == Object.class) {
				return switch (method.getName()) {
					case "equals" -> args != null && proxy == args[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> "ManagedServices (switched off)";
				};
			}
			// Nobody will ever be told anything.
			if (method.getName().endsWith("Listener")) {
				return null;
			}
			if (method.getReturnType() == CompletableFuture.class) {
				return CompletableFuture.failedFuture(off());
			}
			throw off();
		}

	}

	/**
	 * No value.
	 */
	private static final class OffProvided implements Provided<Object> {

		@Override
		public Object get() {
			throw off();
		}

		@Override
		public Object await(Duration timeout) {
			throw off();
		}

		@Override
		public CompletableFuture<Object> whenProvided() {
			return CompletableFuture.failedFuture(off());
		}

		@Override
		public String toString() {
			return "Provided (switched off)";
		}

	}

	/**
	 * No items.
	 */
	private static final class OffScheduler implements ItemScheduler<Object> {

		@Override
		public void schedule(Object id) {
			throw off();
		}

		@Override
		public void stop() {
			throw off();
		}

		@Override
		public String toString() {
			return "ItemScheduler (switched off)";
		}

	}

}
