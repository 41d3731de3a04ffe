// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * Which methods of a bean Spring itself calls when it makes the bean and when it destroys
 * it, because they are annotated or its definition names them. Immutable.
 */
final class SpringCalls {

	private final @Nullable RootBeanDefinition definition;

	SpringCalls(ConfigurableListableBeanFactory beanFactory, String beanName) {
		this.definition = (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition root) ? root : null;
	}

	boolean isInitMethod(Method method) {
		RootBeanDefinition root = this.definition;
		return root != null
				&& isNamed(method, root.getInitMethodNames(), (name) -> root.isExternallyManagedInitMethod(name));
	}

	boolean isDestroyMethod(Method method) {
		RootBeanDefinition root = this.definition;
		return root != null
				&& isNamed(method, root.getDestroyMethodNames(), (name) -> root.isExternallyManagedDestroyMethod(name));
	}

	private static boolean isNamed(Method method, String @Nullable [] names, Predicate<String> isAnnotated) {
		return (names != null && Arrays.asList(names).contains(method.getName())) || isAnnotated.test(method.getName())
				|| isAnnotated.test(ClassUtils.getQualifiedMethodName(method));
	}

}
