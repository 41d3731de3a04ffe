// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedService;
import io.managedservices.internal.declare.OwnBeans;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;

/**
 * Looks for what has to be defined before any bean is made, services whose value
 * {@linkplain ManagedService#injectable() can be injected}, and for beans that demand
 * services around their calls when they are made. Where there is neither, this look, once
 * at each class, is all that it costs. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class InjectionNeeds implements BeanFactoryPostProcessor, SmartInstantiationAwareBeanPostProcessor {

	/** By its name, so that it need not be loaded. */
	private static final String DEMAND = "io.managedservices.ServiceDemand";

	private final ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	/** Whether there is an annotation on a class, its methods or what it inherits. */
	private final Map<Class<?>, Boolean> demanding = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable DemandPostProcessor demands;

	/**
	 * Create a look.
	 * @param beanFactory the factory of the context
	 * @param environment the environment of the context
	 */
	public InjectionNeeds(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
		defineValues(factory);
	}

	/**
	 * Defines the beans that stand for what services provide.
	 * @param beanFactory the factory of the context
	 */
	public static void defineValues(ConfigurableListableBeanFactory beanFactory) {
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			if (!OwnBeans.isOwn(beanFactory.getBeanDefinition(beanName))) {
				MergedAnnotation<ManagedService> annotation = ServiceAnnotations.find(beanFactory, beanName);
				if (annotation != null) {
					defineValue(beanFactory, beanName, annotation);
				}
			}
		}
	}

	/**
	 * Defines the bean that stands for what a service provides, if it is injectable.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean that is the service
	 * @param annotation what is declared of it
	 */
	public static void defineValue(ConfigurableListableBeanFactory beanFactory, String beanName,
			MergedAnnotation<ManagedService> annotation) {
		if (annotation.getBoolean("injectable")) {
			InjectableValues.define(beanFactory, beanName, annotation);
		}
	}

	// So that proxies are also made ahead of time.
	@Override
	public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
		return isDemanding(beanClass) ? demands().determineBeanType(beanClass, beanName) : beanClass;
	}

	@Override
	public @Nullable Object postProcessAfterInitialization(Object bean, String beanName) {
		boolean found = isDemanding(bean.getClass()) || isDemanding(AopUtils.getTargetClass(bean));
		return found ? demands().postProcessAfterInitialization(bean, beanName) : bean;
	}

	/**
	 * Checks what beans demand, once the services are known.
	 * @param beanFactory the factory of the context
	 * @param services all services
	 * @param ofParents whether a service is one of a parent context
	 * @param problems is told what is wrong
	 */
	public static void check(ConfigurableListableBeanFactory beanFactory, List<? extends ServiceDefinition> services,
			Predicate<String> ofParents, Consumer<GraphProblem> problems) {
		for (String beanName : beanFactory.getBeanNamesForType(InjectionNeeds.class, false, false)) {
			DemandPostProcessor found = beanFactory.getBean(beanName, InjectionNeeds.class).demands;
			if (found != null) {
				found.check(services, ofParents, problems);
			}
		}
	}

	// Returns an interface, so that nothing is loaded by who looks at methods.
	private SmartInstantiationAwareBeanPostProcessor demands() {
		if (this.demands == null) {
			this.lock.lock();
			try {
				if (this.demands == null) {
					this.demands = new DemandPostProcessor(this.beanFactory, this.environment);
				}
			}
			finally {
				this.lock.unlock();
			}
		}
		return Objects.requireNonNull(this.demands);
	}

	private boolean isDemanding(Class<?> type) {
		Boolean known = this.demanding.get(type);
		if (known == null) {
			known = look(type);
			this.demanding.put(type, known);
		}
		return known;
	}

	private boolean look(Class<?> type) {
		if (ServiceAnnotations.isOfSpring(type) || !AnnotationUtils.isCandidateClass(type, DEMAND)) {
			return false;
		}
		if (isAnnotated(type) || isAnyMethodAnnotated(type)) {
			return true;
		}
		for (Class<?> inherited : type.getInterfaces()) {
			if (isDemanding(inherited)) {
				return true;
			}
		}
		Class<?> superclass = type.getSuperclass();
		return superclass != null && isDemanding(superclass);
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
		return MergedAnnotations.from(element).isPresent(DEMAND);
	}

}
