// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.env.ConfigurableEnvironment;

import io.managedservices.internal.declare.OwnBeans;
import io.managedservices.internal.declare.PresenceSign;

/**
 * Looks at an application before anything of it is made. Checks its settings before they
 * are bound, which would report one mistake at a time, or none; where nothing is set
 * nothing can be wrong, and what the settings are bound to is made when there are
 * services. Used by the thread that refreshes the context.
 */
final class FirstLook implements BeanFactoryPostProcessor, PresenceSign {

	private final ConfigurableEnvironment environment;

	private boolean anySet;

	FirstLook(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		KnownSettings.check(this.environment);
		this.anySet = KnownSettings.isAnySet(this.environment);
		moveToEnd(beanFactory, ManagedServicesAutoConfiguration.CALLBACKS);
		// Ahead of time nobody knows what will be set.
		boolean lazy = !this.anySet && !Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING);
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (OwnBeans.isOwn(definition)) {
				// Spring would load all classes that the methods of the bean mention, to
				// look for annotations that none of ours has.
				definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
			}
			else if (lazy && OwnBeans.isOwnProperties(beanName)) {
				definition.setLazyInit(true);
			}
		}
	}

	// Spring tells beans in their order that all singletons exist. Message listeners are
	// registered then, and have to be before the services are discovered.
	private static void moveToEnd(ConfigurableListableBeanFactory beanFactory, String beanName) {
		if (beanFactory instanceof BeanDefinitionRegistry registry && registry.containsBeanDefinition(beanName)) {
			BeanDefinition definition = registry.getBeanDefinition(beanName);
			registry.removeBeanDefinition(beanName);
			registry.registerBeanDefinition(beanName, definition);
		}
	}

	@Override
	public boolean isSeen() {
		return this.anySet;
	}

}
