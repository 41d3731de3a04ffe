// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.ManagedService;
import io.managedservices.internal.declare.OwnBeans;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;

/**
 * Looks for what has to be defined before any bean is made: services whose value
 * {@linkplain ManagedService#injectable() can be injected}, and beans that demand
 * services around their calls. Where there is neither, this look is all that it costs.
 * Used by the thread that refreshes the context.
 *
 * @since 0.1.0
 */
public final class InjectionNeeds implements BeanFactoryPostProcessor {

	/** By its name, so that it need not be loaded. */
	private static final String DEMAND = "io.managedservices.ServiceDemand";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		boolean demanding = false;
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			if (!OwnBeans.isOwn(beanFactory.getBeanDefinition(beanName))) {
				MergedAnnotation<ManagedService> annotation = ServiceAnnotations.find(beanFactory, beanName);
				if (annotation != null && annotation.getBoolean("injectable")) {
					InjectableValues.define(beanFactory, beanName, annotation);
				}
				demanding = demanding || isDemanding(beanFactory.getType(beanName, false));
			}
		}
		if (demanding) {
			DemandPostProcessor.define(beanFactory);
		}
	}

	/**
	 * Checks what beans demand, once the services are known.
	 * @param beanFactory the factory of the context
	 * @param services all services
	 * @param problems is told what is wrong
	 */
	public static void check(ConfigurableListableBeanFactory beanFactory, List<? extends ServiceDefinition> services,
			Consumer<GraphProblem> problems) {
		DemandPostProcessor.check(beanFactory, services, problems);
	}

	private static boolean isDemanding(@Nullable Class<?> type) {
		Class<?> current = type;
		while (current != null && current != Object.class && !ServiceAnnotations.isOfSpring(current)) {
			if (isAnnotated(current) || isAnyMethodAnnotated(current)) {
				return true;
			}
			current = current.getSuperclass();
		}
		return false;
	}

	private static boolean isAnyMethodAnnotated(Class<?> type) {
		try {
			for (AnnotatedElement method : type.getDeclaredMethods()) {
				if (isAnnotated(method)) {
					return true;
				}
			}
		}
		catch (LinkageError ex) {
			// Something optional is absent that a method mentions.
		}
		return false;
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		for (Annotation annotation : element.getDeclaredAnnotations()) {
			if (annotation.annotationType().getName().equals(DEMAND)) {
				return true;
			}
		}
		return false;
	}

}
