// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Tells the beans of the auto-configuration from those of the application. Stateless.
 *
 * @since 0.1.0
 */
public final class OwnBeans {

	private static final String PACKAGE = "io.managedservices.";

	private OwnBeans() {
	}

	/**
	 * Whether a bean is made by an auto-configuration of ours.
	 * @param definition the definition of the bean
	 * @return whether it is
	 */
	public static boolean isOwn(BeanDefinition definition) {
		if (definition.getFactoryMethodName() != null) {
			return isConfiguration(definition.getFactoryBeanName()) || isConfiguration(definition.getBeanClassName());
		}
		// Made ahead of time, the factory method is behind a supplier.
		Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		return method != null && isConfiguration(method.getDeclaringClass().getName());
	}

	/**
	 * Whether a bean is what settings of ours are bound to.
	 * @param beanName the name that Boot gave it
	 * @return whether it is
	 */
	public static boolean isOwnProperties(String beanName) {
		return beanName.contains("-" + PACKAGE + "autoconfigure.") && beanName.endsWith("Properties");
	}

	private static boolean isConfiguration(@Nullable String name) {
		return name != null && name.startsWith(PACKAGE)
				&& (name.endsWith("AutoConfiguration") || name.contains("AutoConfiguration$"));
	}

}
