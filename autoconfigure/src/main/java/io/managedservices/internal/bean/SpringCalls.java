// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.ContextStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Which methods of a bean Spring itself calls: because they are annotated, its definition
 * names them, or they are those of an interface of Spring. Immutable.
 */
final class SpringCalls {

	/** Events of a context that comes up, each of which comes once. */
	private static final Set<Class<?>> AT_START = Set.of(ContextRefreshedEvent.class, ContextStartedEvent.class,
			ApplicationStartedEvent.class, ApplicationReadyEvent.class);

	private static final String MAKES = "when it makes the bean";

	private static final String DESTROYS = "when it destroys the bean";

	private final @Nullable RootBeanDefinition definition;

	SpringCalls(ConfigurableListableBeanFactory beanFactory, String beanName) {
		this.definition = (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition root) ? root : null;
	}

	/**
	 * Finds out whether Spring calls a method that starts or stops a service.
	 * @param method the method
	 * @param start whether it starts the service
	 * @return when Spring calls it, {@code null} if it does not
	 */
	@Nullable Call find(Method method, boolean start) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		if (start && annotations.get(EventListener.class)
			.getValue("classes", Class[].class)
			.stream()
			.flatMap(Arrays::stream)
			.anyMatch(AT_START::contains)) {
			return new Call("when the context has started", "@EventListener");
		}
		if (start && isInitMethod(method)) {
			return new Call(MAKES, "@PostConstruct or initMethod");
		}
		if (start && isOf(InitializingBean.class, method)) {
			return new Call(MAKES, "InitializingBean");
		}
		return (!start && annotations.isPresent("jakarta.annotation.PreDestroy")) ? new Call(DESTROYS, "@PreDestroy")
				: null;
	}

	private static boolean isOf(Class<?> type, Method method) {
		return type.isAssignableFrom(method.getDeclaringClass())
				&& ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes());
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

	/**
	 * How Spring comes to call a method.
	 *
	 * @param when when it does
	 * @param by what has it do so
	 */
	record Call(String when, String by) {
	}

}
