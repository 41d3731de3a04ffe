// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import io.managedservices.ServiceDemand;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.text.NearestName;

/**
 * Puts a proxy before beans with {@link ServiceDemand @ServiceDemand}, or another advice
 * in the proxy that they have. Only made where a bean has the annotation. Used by the
 * threads that create beans.
 */
final class DemandPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	/** The classes of the beans that demand services. */
	private final Set<Class<?>> demanding = ConcurrentHashMap.newKeySet();

	private final DemandInterceptor interceptor;

	DemandPostProcessor(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.interceptor = new DemandInterceptor(beanFactory);
		this.advisor = new DefaultPointcutAdvisor(new DemandPointcut(), this.interceptor);
		// Outermost, so that a transaction does not wait for a service.
		setBeforeExistingAdvisors(true);
		setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
		setBeanFactory(beanFactory);
		setProxyClassLoader(beanFactory.getBeanClassLoader());
	}

	/**
	 * Checks what is demanded of the beans that exist.
	 * @param services all services
	 * @param ofParents whether a service is one of a parent context
	 * @param problems is told what is wrong
	 */
	void check(List<? extends ServiceDefinition> services, Predicate<String> ofParents,
			Consumer<GraphProblem> problems) {
		Set<String> names = new HashSet<>();
		services.forEach((service) -> names.add(service.name()));
		for (Class<?> type : this.demanding) {
			Set<String> found = new HashSet<>();
			for (Method method : MethodIntrospector.selectMethods(type, (Method each) -> true)) {
				GraphProblem problem = problem(method, type, names, ofParents);
				if (problem != null && found.add(problem.description())) {
					problems.accept(problem);
				}
			}
		}
	}

	private @Nullable GraphProblem problem(Method method, Class<?> type, Set<String> names,
			Predicate<String> ofParents) {
		try {
			for (String name : this.interceptor.services(method, type)) {
				if (!names.contains(name) && !ofParents.test(name)) {
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
			return new GraphProblem(ex.getMessage() + ".", "Correct that method, or its @ServiceDemand.");
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

}
