// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The beans of a context, as they can be compared with those of another one. Immutable.
 *
 * @param definitions what there is under each name
 * @param byType which bean is found for each class and interface of a bean, and which one
 * is injected
 */
record ContextBeans(Map<String, String> definitions, Map<Class<?>, String> byType) {

	private static final Field FIELD = Objects.requireNonNull(ReflectionUtils.findField(Injected.class, "value"));

	/**
	 * Looks at the beans of a context.
	 * @param context the context
	 * @return its beans
	 */
	static ContextBeans of(ConfigurableApplicationContext context) {
		DefaultListableBeanFactory beanFactory = (DefaultListableBeanFactory) context.getBeanFactory();
		Map<String, String> definitions = new TreeMap<>();
		Set<Class<?>> types = new LinkedHashSet<>();
		beanFactory.getBeanNamesIterator().forEachRemaining((name) -> {
			Class<?> type = beanFactory.getType(name);
			definitions.put(name, describe(beanFactory, name, type));
			if (type != null) {
				types.addAll(ClassUtils.getAllInterfacesForClassAsSet(type));
				for (Class<?> each = type; each != Object.class && each != null; each = each.getSuperclass()) {
					types.add(each);
				}
			}
		});
		return new ContextBeans(definitions, byType(beanFactory, types));
	}

	/**
	 * The same for the types of another context.
	 * @param context the context
	 * @param types the types
	 * @return its beans
	 */
	static ContextBeans of(ConfigurableApplicationContext context, Set<Class<?>> types) {
		return new ContextBeans(of(context).definitions(),
				byType((DefaultListableBeanFactory) context.getBeanFactory(), types));
	}

	private static Map<Class<?>, String> byType(DefaultListableBeanFactory beanFactory, Set<Class<?>> types) {
		Map<Class<?>, String> byType = new TreeMap<>((one, other) -> one.getName().compareTo(other.getName()));
		types.forEach((type) -> byType.put(type,
				"found " + found(beanFactory, type) + ", injected " + injected(beanFactory, type)));
		return byType;
	}

	private static String describe(DefaultListableBeanFactory beanFactory, String name, Class<?> type) {
		List<String> aliases = Arrays.stream(beanFactory.getAliases(name)).sorted().toList();
		String described = "%s %s".formatted((type != null) ? ClassUtils.getUserClass(type).getName() : null, aliases);
		if (!beanFactory.containsBeanDefinition(name)) {
			return described;
		}
		BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
		return "%s %s%s%s%s%s%s".formatted(described, definition.getScope(), flag(definition.isPrimary(), "primary"),
				flag(definition.isFallback(), "fallback"), flag(definition.isLazyInit(), "lazy"),
				flag(!definition.isAutowireCandidate(), "no candidate"),
				flag(definition instanceof AbstractBeanDefinition own && !own.isDefaultCandidate(), "no default"));
	}

	private static String flag(boolean set, String name) {
		return set ? " " + name : "";
	}

	private static String found(AutowireCapableBeanFactory beanFactory, Class<?> type) {
		try {
			return beanFactory.resolveNamedBean(type).getBeanName();
		}
		catch (NoSuchBeanDefinitionException ex) {
			return outcome(ex);
		}
	}

	private static String injected(DefaultListableBeanFactory beanFactory, Class<?> type) {
		Set<String> names = new LinkedHashSet<>();
		try {
			beanFactory.resolveDependency(new Injected(type), null, names, null);
			return names.isEmpty() ? "no bean" : String.join(", ", names);
		}
		catch (NoSuchBeanDefinitionException ex) {
			return outcome(ex);
		}
		catch (BeansException ex) {
			return ex.getClass().getSimpleName();
		}
	}

	private static String outcome(NoSuchBeanDefinitionException failure) {
		return (failure instanceof NoUniqueBeanDefinitionException) ? "several" : "none";
	}

	/**
	 * An injection point of any type.
	 */
	private static final class Injected extends DependencyDescriptor {

		@SuppressWarnings("unused")
		private static Object value;

		private final Class<?> type;

		Injected(Class<?> type) {
			super(FIELD, true);
			this.type = type;
		}

		@Override
		public Class<?> getDependencyType() {
			return this.type;
		}

		@Override
		public ResolvableType getResolvableType() {
			return ResolvableType.forClass(this.type);
		}

		@Override
		public String getDependencyName() {
			return "anyName";
		}

	}

}
