// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.List;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.ConstructorArgumentValues.ValueHolder;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

import io.managedservices.ManagedService;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;

/**
 * Defines the bean that stands for what a service provides where that
 * {@linkplain ManagedService#injectable() can be injected} by its interface. Any bean of
 * the application of that type comes before it. Stateless.
 */
final class InjectableValues {

	private static final String SUFFIX = "Value";

	private InjectableValues() {
	}

	/**
	 * Defines the bean.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean that is the service
	 * @param annotation what is declared of it
	 * @throws InvalidServiceGraphException if its value is of no interface
	 */
	static void define(ConfigurableListableBeanFactory beanFactory, String beanName,
			MergedAnnotation<ManagedService> annotation) {
		String shown = LocalBeans.shown(beanName);
		String declared = annotation.getString("name");
		String service = StringUtils.hasText(declared) ? declared : shown;
		Class<?> type = annotation.getClass("provides");
		if (!type.isInterface()) {
			throw new InvalidServiceGraphException(
					List.of(problem(service, type, ServiceAnnotations.describe(annotation))));
		}
		String valueName = shown + SUFFIX;
		while (beanFactory.containsLocalBean(valueName) && !isDefined(beanFactory, valueName, service)) {
			valueName += SUFFIX;
		}
		// Ahead of time it is defined already, and so it is next to a scoped proxy.
		if (!isDefined(beanFactory, valueName, service) && beanFactory instanceof BeanDefinitionRegistry registry) {
			registry.registerBeanDefinition(valueName, definition(type, service));
		}
	}

	private static boolean isDefined(ConfigurableListableBeanFactory beanFactory, String valueName, String service) {
		if (!beanFactory.containsBeanDefinition(valueName)) {
			return false;
		}
		BeanDefinition known = beanFactory.getBeanDefinition(valueName);
		ValueHolder its = known.getConstructorArgumentValues().getIndexedArgumentValues().get(1);
		return ProvidedValue.class.getName().equals(known.getBeanClassName()) && its != null
				&& service.equals(its.getValue());
	}

	private static RootBeanDefinition definition(Class<?> type, String service) {
		RootBeanDefinition definition = new RootBeanDefinition(ProvidedValue.class);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(1, service);
		definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, service));
		definition.setFallback(true);
		definition.setLazyInit(true);
		return definition;
	}

	private static GraphProblem problem(String service, Class<?> type, String source) {
		if (type == void.class) {
			return new GraphProblem(
					"Service '%s' is injectable, and is not declared to provide anything (%s).".formatted(service,
							source),
					"Set provides of %s to the interface that is to be injected, or remove injectable."
						.formatted(source));
		}
		return new GraphProblem(
				"Service '%s' is injectable, and provides a class, for which nothing can stand in: expected an interface, found '%s' (%s)."
					.formatted(service, type.getName(), source),
				"Set provides of %s to an interface of it, or remove injectable and inject Provided<%s>."
					.formatted(source, type.getSimpleName()));
	}

}
