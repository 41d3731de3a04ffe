// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.lang.reflect.Method;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.workmethod.WorkMethods;

/**
 * Keeps in a native image what is looked up of a service by reflection: the methods of a
 * {@link ServiceLifecycle}, those that an annotation names, and those that are work.
 * Stateless.
 */
final class ServiceBeanAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		// An inner bean is known to nobody by its name, and so is no service by itself.
		MergedAnnotation<ManagedService> annotation = registeredBean.isInnerBean() ? null
				: ServiceAnnotations.find(registeredBean.getBeanFactory(), registeredBean.getBeanName());
		Class<?> type = ClassUtils.getUserClass(registeredBean.getBeanClass());
		// What a registration takes may be a bean of its own.
		Set<Method> work = WorkMethods.in(type);
		if (annotation == null && work.isEmpty()) {
			return null;
		}
		ManagedService attributes = (annotation != null) ? annotation.synthesize() : null;
		return (context, code) -> {
			ReflectionHints hints = context.getRuntimeHints().reflection();
			// The methods of a known type can be looked up.
			hints.registerType(ServiceLifecycle.class);
			hints.registerType(type);
			work.forEach((method) -> hints.registerMethod(method, ExecutableMode.INVOKE));
			if (attributes != null) {
				register(hints, type, attributes.startMethod());
				register(hints, type, attributes.stopMethod());
				if (attributes.injectable()) {
					context.getRuntimeHints().proxies().registerJdkProxy(attributes.provides());
				}
			}
		};
	}

	private static void register(ReflectionHints hints, Class<?> type, String name) {
		Method method = name.isEmpty() ? null : BeanUtils.findMethod(type, name);
		if (method != null) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
		}
	}

}
