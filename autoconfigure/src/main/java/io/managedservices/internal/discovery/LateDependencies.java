// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.ManagedService;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.ServiceAnnotations;

/**
 * Creates beans that a late service names and that are no services yet, so that several
 * may be registered with the context in any order. Used by the thread that creates the
 * service.
 */
final class LateDependencies {

	private final ConfigurableListableBeanFactory beanFactory;

	private final LateRegistry registry;

	LateDependencies(ConfigurableListableBeanFactory beanFactory, LateRegistry registry) {
		this.beanFactory = beanFactory;
		this.registry = registry;
	}

	void create(String[] names, String dependent) {
		for (String name : names) {
			if (!this.registry.isService(name)) {
				create(name, dependent);
			}
		}
	}

	private void create(String name, String dependent) {
		if (this.beanFactory.containsBeanDefinition(name)) {
			createBean(name, dependent);
			return;
		}
		for (String beanName : LocalBeans.names(this.beanFactory)) {
			if (mayBe(beanName, name)) {
				createBean(beanName, dependent);
			}
		}
	}

	// The name of a registration is not known before it is created.
	private boolean mayBe(String beanName, String name) {
		if (this.beanFactory.containsSingleton(beanName) || !this.beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		MergedAnnotation<ManagedService> annotation = ServiceAnnotations.find(this.beanFactory, beanName);
		return (annotation != null) ? name.equals(annotation.getString("name"))
				: this.beanFactory.isTypeMatch(beanName, ServiceRegistration.class);
	}

	// Of two that name each other the first is refused.
	private void createBean(String beanName, String dependent) {
		if (!beanName.equals(dependent) && this.beanFactory.isSingleton(beanName)
				&& !this.beanFactory.containsSingleton(beanName) && !this.beanFactory.isCurrentlyInCreation(beanName)) {
			this.beanFactory.getBean(beanName);
		}
	}

}
