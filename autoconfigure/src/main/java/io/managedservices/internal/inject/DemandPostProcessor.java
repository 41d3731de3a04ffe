// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.managedservices.ServiceDemand;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.text.NearestName;

/**
 * Puts a proxy before beans with {@link ServiceDemand @ServiceDemand}, or another advice
 * in the proxy that they have. Only defined where a bean has the annotation. Used by the
 * threads that create beans.
 */
final class DemandPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor implements EnvironmentAware {

	private static final String NAME = "managedServicesDemandPostProcessor";

	/** The classes of the beans that demand services. */
	private final Set<Class<?>> demanding = ConcurrentHashMap.newKeySet();

	private @Nullable DemandInterceptor interceptor;

	DemandPostProcessor() {
		// Outermost, so that a transaction does not wait for a service.
		setBeforeExistingAdvisors(true);
	}

	/**
	 * Defines it.
	 * @param beanFactory the factory of the context
	 */
	static void define(ConfigurableListableBeanFactory beanFactory) {
		// Ahead of time it is defined already.
		if (!beanFactory.containsBeanDefinition(NAME) && beanFactory instanceof BeanDefinitionRegistry registry) {
			RootBeanDefinition definition = new RootBeanDefinition(DemandPostProcessor.class);
			definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			definition.setAutowireCandidate(false);
			registry.registerBeanDefinition(NAME, definition);
		}
	}

	/**
	 * Checks what is demanded of the beans that exist.
	 * @param beanFactory the factory of the context
	 * @param services all services
	 * @param problems is told what is wrong
	 */
	static void check(ConfigurableListableBeanFactory beanFactory, List<? extends ServiceDefinition> services,
			Consumer<GraphProblem> problems) {
		if (beanFactory.containsBeanDefinition(NAME)) {
			Set<String> names = new HashSet<>();
			services.forEach((service) -> names.add(service.name()));
			beanFactory.getBean(NAME, DemandPostProcessor.class).check(names, problems);
		}
	}

	private void check(Set<String> names, Consumer<GraphProblem> problems) {
		for (Class<?> type : this.demanding) {
			Set<String> found = new HashSet<>();
			for (Method method : MethodIntrospector.selectMethods(type,
					(Method each) -> !ReflectionUtils.isObjectMethod(each))) {
				GraphProblem problem = problem(method, type, names);
				if (problem != null && found.add(problem.description())) {
					problems.accept(problem);
				}
			}
		}
	}

	private @Nullable GraphProblem problem(Method method, Class<?> type, Set<String> names) {
		try {
			for (String name : Objects.requireNonNull(this.interceptor).services(method, type)) {
				if (!names.contains(name)) {
					String nearest = NearestName.of(name, names);
					return new GraphProblem(
							"%s demands the service '%s' (@ServiceDemand), and there is no service of that name."
								.formatted(ClassUtils.getUserClass(type).getSimpleName(), name),
							"Correct the name, or demand a service that is registered later in code: ManagedServices.demand.%s"
								.formatted((nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
				}
			}
			return null;
		}
		catch (IllegalStateException ex) {
			return new GraphProblem(ex.getMessage() + ".", "Correct @ServiceDemand there.");
		}
	}

	@Override
	protected boolean isEligible(Class<?> targetClass) {
		boolean eligible = super.isEligible(targetClass);
		if (eligible) {
			this.demanding.add(targetClass);
		}
		return eligible;
	}

	@Override
	public void setEnvironment(Environment environment) {
		setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		ComposablePointcut pointcut = new ComposablePointcut(new AnnotationMatchingPointcut(ServiceDemand.class, true))
			.union(new AnnotationMatchingPointcut(null, ServiceDemand.class, true));
		DemandInterceptor created = new DemandInterceptor((ConfigurableBeanFactory) beanFactory);
		this.interceptor = created;
		this.advisor = new DefaultPointcutAdvisor(pointcut, created);
	}

}
