// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.util.ClassUtils;

/**
 * Which methods of a bean Spring itself calls: because they are annotated, its definition
 * names them, or they are those of an interface of Spring. Immutable.
 */
final class SpringCalls {

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
		if (annotations.isPresent(EventListener.class)) {
			return new Call("at an event", "@EventListener");
		}
		if (annotations.isPresent(Scheduled.class)) {
			return new Call("at its times", "@Scheduled");
		}
		if (start && isInitMethod(method)) {
			return new Call(MAKES, "@PostConstruct or initMethod");
		}
		if (start && isOf(InitializingBean.class, method)) {
			return new Call(MAKES, "InitializingBean");
		}
		if (!start && annotations.isPresent("jakarta.annotation.PreDestroy")) {
			return new Call(DESTROYS, "@PreDestroy");
		}
		return (!start && isOf(DisposableBean.class, method)) ? new Call(DESTROYS, "DisposableBean") : null;
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
