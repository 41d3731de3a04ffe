// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * A method of a bean, called through its proxy if it has one. Immutable.
 *
 * @param bean the bean
 * @param method the method as it can be called on the bean
 */
public record BeanMethod(Object bean, Method method) {

	/**
	 * Finds out how a method is called.
	 * @param bean the bean
	 * @param method a method of the class behind it
	 * @return the method, or {@code null} if it is static or cannot be called
	 */
	public static @Nullable BeanMethod of(Object bean, Method method) {
		if (Modifier.isStatic(method.getModifiers())) {
			return null;
		}
		try {
			Method callable = ClassUtils.getPubliclyAccessibleMethodIfPossible(
					AopUtils.selectInvocableMethod(method, bean.getClass()), userClass(bean));
			return (callable.canAccess(bean) || callable.trySetAccessible()) ? new BeanMethod(bean, callable) : null;
		}
		catch (IllegalStateException ex) {
			// The proxy of the bean does not have it.
			return null;
		}
	}

	/**
	 * Calls it, and waits for what it returns if that is not complete.
	 * @param arguments its arguments
	 * @throws Exception what it throws, or what it returns fails with
	 */
	public void call(Object... arguments) throws Exception {
		Object returned = isSuspending(this.method) ? new SuspendedCall().run(this, arguments) : invoke(arguments);
		if (returned != null) {
			ReturnedCompletion.await(returned);
		}
	}

	/**
	 * Whether a method is a suspending function of Kotlin.
	 * @param method the method
	 * @return whether it takes a continuation besides what it declares
	 */
	static boolean isSuspending(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	/**
	 * What a method takes, as it was written.
	 * @param method the method
	 * @return the types of its parameters, in order
	 */
	public static List<Class<?>> parameterTypes(Method method) {
		List<Class<?>> types = List.of(method.getParameterTypes());
		return isSuspending(method) ? types.subList(0, types.size() - 1) : types;
	}

	/**
	 * Finds a method without parameters, as it was written.
	 * @param methods those to look through
	 * @param name its name
	 * @return the method, or {@code null} if there is none
	 */
	static @Nullable Method withoutParameters(Method[] methods, String name) {
		for (Method method : methods) {
			if (method.getName().equals(name) && parameterTypes(method).isEmpty()) {
				return method;
			}
		}
		return null;
	}

	@Nullable Object invoke(Object... arguments) throws Exception {
		try {
			return this.method.invoke(this.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			if (ex.getTargetException() instanceof Exception exception) {
				throw exception;
			}
			if (ex.getTargetException() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

	/**
	 * The object that was written.
	 * @param bean the bean, which may be a proxy
	 * @return what is behind all proxies that always stand for the same object
	 */
	static Object target(Object bean) {
		Object target = bean;
		for (Object next = bean; next != null; next = AopProxyUtils.getSingletonTarget(next)) {
			target = next;
		}
		return target;
	}

	/**
	 * The class that was written.
	 * @param bean the bean, which may be a proxy
	 * @return its class
	 */
	public static Class<?> userClass(Object bean) {
		return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
	}

}
