// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ReflectionUtils;

import io.managedservices.ManagedServices;
import io.managedservices.state.ServiceException;

/**
 * Makes the bean that stands for what a service provides: each call goes to the present
 * value, or throws the {@link ServiceException} that tells why there is none. Safe for
 * use by several threads.
 *
 * @param <T> the interface of the value
 * @since 0.1.0
 */
public final class ProvidedValue<T> implements FactoryBean<T>, BeanFactoryAware, InvocationHandler {

	private final Class<T> type;

	private final String service;

	private @Nullable BeanFactory beanFactory;

	private volatile @Nullable ManagedServices services;

	/**
	 * Create a factory.
	 * @param type the interface of the value
	 * @param service the name of the service, which may have placeholders
	 */
	public ProvidedValue(Class<T> type, String service) {
		this.type = type;
		this.service = service;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public T getObject() {
		return this.type.cast(Proxy.newProxyInstance(this.type.getClassLoader(), new Class<?>[] { this.type }, this));
	}

	@Override
	public Class<?> getObjectType() {
		return this.type;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> args != null && proxy == args[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> "%s of service '%s'".formatted(this.type.getSimpleName(), name());
			};
		}
		// Not as Spring does for proxies, which makes a Mono of a suspending function.
		T value = services().provided(name(), this.type);
		ReflectionUtils.makeAccessible(method);
		try {
			return method.invoke(value, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private String name() {
		String resolved = (this.beanFactory instanceof ConfigurableBeanFactory configurable)
				? configurable.resolveEmbeddedValue(this.service) : null;
		return (resolved != null) ? resolved : this.service;
	}

	private ManagedServices services() {
		ManagedServices known = this.services;
		if (known == null) {
			if (this.beanFactory == null) {
				throw new IllegalStateException("It has been made without a factory of beans");
			}
			known = this.beanFactory.getBean(ManagedServices.class);
			this.services = known;
		}
		return known;
	}

}
