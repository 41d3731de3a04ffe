// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

import io.managedservices.ServiceDemand;

/**
 * The methods that {@link ServiceDemand @ServiceDemand} is about. Stateless.
 */
final class DemandPointcut extends StaticMethodMatcherPointcut {

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return declared(AopUtils.getMostSpecificMethod(method, targetClass), targetClass) != null;
	}

	/**
	 * What is declared for the calls of a method.
	 * @param method the method, as the class has it
	 * @param type the class of the bean
	 * @return that of the method, else that of the class if the method is one of its
	 * public ones; {@code null} if there is none
	 */
	static @Nullable ServiceDemand declared(Method method, Class<?> type) {
		ServiceDemand own = AnnotatedElementUtils.findMergedAnnotation(method, ServiceDemand.class);
		boolean covered = Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
				&& !ReflectionUtils.isObjectMethod(method);
		if (own != null || !covered) {
			return own;
		}
		return AnnotatedElementUtils.findMergedAnnotation(type, ServiceDemand.class);
	}

}
