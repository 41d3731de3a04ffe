// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedService;

/**
 * Finds {@link ManagedService @ManagedService} on a bean: on its factory method, else on
 * its class. (Spring's own search prefers the class.) Stateless.
 */
public final class ServiceAnnotations {

	private ServiceAnnotations() {
	}

	public static @Nullable MergedAnnotation<ManagedService> find(ConfigurableListableBeanFactory beanFactory,
			String beanName) {
		// Asking for the type also makes the factory resolve the factory method.
		Class<?> type = beanFactory.getType(beanName, false);
		BeanDefinition definition = beanFactory.containsBeanDefinition(beanName)
				? beanFactory.getMergedBeanDefinition(beanName) : null;
		if (definition != null && definition.isAbstract()) {
			return null;
		}
		MergedAnnotation<ManagedService> annotation = on(
				(definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null);
		if (annotation == null) {
			annotation = on(type);
		}
		if (annotation == null) {
			annotation = on(declaredClass(definition));
		}
		if (annotation == null) {
			annotation = on(targetOfInterfaceProxy(beanFactory, beanName, type));
		}
		return (annotation != null) ? annotation : on(factoryBeanClass(beanFactory, beanName));
	}

	/**
	 * Whether it is a factory bean that is annotated, and not what it makes.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean
	 * @param annotation what was found on it
	 * @return whether the annotation stands on the class of the factory bean
	 */
	public static boolean isOnFactoryBean(ConfigurableListableBeanFactory beanFactory, String beanName,
			MergedAnnotation<ManagedService> annotation) {
		Class<?> factory = factoryBeanClass(beanFactory, beanName);
		return factory != null && annotation.getSource() instanceof Class<?> type && type.isAssignableFrom(factory);
	}

	private static @Nullable Class<?> factoryBeanClass(ConfigurableListableBeanFactory beanFactory, String beanName) {
		return beanFactory.isFactoryBean(beanName)
				? beanFactory.getType(BeanFactory.FACTORY_BEAN_PREFIX + beanName, false) : null;
	}

	public static @Nullable MergedAnnotation<ManagedService> on(@Nullable AnnotatedElement element) {
		if (element == null
				|| isOfSpring((element instanceof Method method) ? method.getDeclaringClass() : (Class<?>) element)) {
			return null;
		}
		MergedAnnotation<ManagedService> annotation = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY)
			.get(ManagedService.class);
		return annotation.isPresent() ? annotation : null;
	}

	/**
	 * Whether a class is one of Spring's own, as those of most beans are: it is annotated
	 * with nothing of ours, and to search it would take its time.
	 * @param type the class
	 * @return whether it is; {@code false} for those of Spring's sample applications
	 */
	public static boolean isOfSpring(Class<?> type) {
		String name = type.getName();
		return name.startsWith("org.springframework.") && !name.startsWith("org.springframework.samples.");
	}

	/**
	 * Whether a bean that does not exist yet may have an annotation that was not found,
	 * because it may be of a subclass of what its definition tells.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean
	 * @param type its type, as far as that is known
	 * @return {@code false} if the class is known, or the definition makes no bean
	 */
	public static boolean mayBeHidden(ConfigurableListableBeanFactory beanFactory, String beanName, Class<?> type) {
		if (Modifier.isFinal(type.getModifiers()) || !beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = beanFactory.getMergedBeanDefinition(beanName);
		if (definition.isAbstract()) {
			return false;
		}
		boolean made = definition.getFactoryMethodName() != null || beanFactory.isFactoryBean(beanName);
		if (made || !(definition instanceof RootBeanDefinition root)) {
			return true;
		}
		// Made ahead of time, a factory method is behind a supplier, and so may be a
		// constructor.
		return root.getResolvedFactoryMethod() != null
				|| (root.getInstanceSupplier() != null && Modifier.isAbstract(type.getModifiers()));
	}

	private static @Nullable Class<?> declaredClass(@Nullable BeanDefinition definition) {
		return (definition instanceof RootBeanDefinition root && root.hasBeanClass()
				&& root.getFactoryMethodName() == null) ? root.getBeanClass() : null;
	}

	private static @Nullable Class<?> targetOfInterfaceProxy(ConfigurableListableBeanFactory beanFactory,
			String beanName, @Nullable Class<?> type) {
		if (type == null || !Proxy.isProxyClass(type)) {
			return null;
		}
		Object singleton = beanFactory.getSingleton(beanName);
		return (singleton != null) ? AopProxyUtils.ultimateTargetClass(singleton) : null;
	}

	/**
	 * Says where an annotation stands.
	 * @param annotation the annotation
	 * @return {@code @ManagedService on class PollBook}
	 */
	public static String describe(MergedAnnotation<ManagedService> annotation) {
		if (annotation.getSource() instanceof Method method) {
			Class<?> declaring = ClassUtils.getUserClass(method.getDeclaringClass());
			return "@ManagedService on method %s.%s".formatted(declaring.getSimpleName(), method.getName());
		}
		if (annotation.getSource() instanceof Class<?> type) {
			return "@ManagedService on class " + ClassUtils.getUserClass(type).getSimpleName();
		}
		return "@ManagedService";
	}

}
