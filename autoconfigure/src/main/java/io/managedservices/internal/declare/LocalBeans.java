// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * The beans of one type that belong to a context itself, and not to its parents.
 * Stateless.
 */
public final class LocalBeans {

	/** Of Spring, which shows it to nobody. */
	private static final String NULL_BEAN = "org.springframework.beans.factory.support.NullBean";

	private LocalBeans() {
	}

	/**
	 * Gets the singletons of a type, but for those that are {@code null}.
	 * @param <T> the type
	 * @param beanFactory the factory of the context
	 * @param type the type
	 * @param notSingleton is told the names of beans that are none
	 * @return the singletons by name, in the order of {@code @Order}
	 */
	public static <T> Map<String, T> ordered(ConfigurableListableBeanFactory beanFactory, Class<T> type,
			Consumer<String> notSingleton) {
		IdentityHashMap<T, String> names = new IdentityHashMap<>();
		for (String beanName : beanFactory.getBeanNamesForType(type)) {
			if (!beanFactory.isSingleton(beanName)) {
				notSingleton.accept(beanName);
			}
			else if (!isNull(beanFactory.getBean(beanName))) {
				names.put(beanFactory.getBean(beanName, type), beanName);
			}
		}
		Map<String, T> beans = new LinkedHashMap<>();
		beanFactory.getBeanProvider(type).orderedStream(ObjectProvider.UNFILTERED, false).forEach((bean) -> {
			String beanName = names.get(bean);
			if (beanName != null) {
				beans.put(beanName, bean);
			}
		});
		return beans;
	}

	/**
	 * Whether all singletons exist that are created with the context.
	 * @param beanFactory the factory of the context
	 * @return {@code false} while they are being created
	 */
	public static boolean allExist(ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.isConfigurationFrozen() && Arrays.stream(beanFactory.getBeanDefinitionNames())
			.allMatch((beanName) -> exists(beanFactory, beanName));
	}

	private static boolean exists(ConfigurableListableBeanFactory beanFactory, String beanName) {
		if (beanFactory.containsSingleton(beanName)) {
			return true;
		}
		BeanDefinition definition = beanFactory.getMergedBeanDefinition(beanName);
		return definition.isAbstract() || !definition.isSingleton() || definition.isLazyInit();
	}

	/**
	 * The class that was written of a bean, as far as that is known.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean
	 * @return the class behind proxies, or {@code null}; also for the classes of Spring
	 * itself, which have no annotation of ours
	 */
	public static @Nullable Class<?> userClass(ConfigurableListableBeanFactory beanFactory, String beanName) {
		Object singleton = beanFactory.getSingleton(beanName);
		Class<?> type = (singleton != null && !(singleton instanceof FactoryBean))
				? AopProxyUtils.ultimateTargetClass(singleton) : beanFactory.getType(beanName, false);
		Class<?> user = (type != null) ? ClassUtils.getUserClass(type) : null;
		return (user != null && !ServiceAnnotations.isOfSpring(user)) ? user : null;
	}

	public static List<String> names(ConfigurableListableBeanFactory beanFactory) {
		List<String> names = new ArrayList<>();
		Iterator<String> iterator = beanFactory.getBeanNamesIterator();
		while (iterator.hasNext()) {
			names.add(iterator.next());
		}
		return names;
	}

	/**
	 * Whether a bean is what stands for {@code null}, because its factory method returned
	 * that.
	 * @param bean the bean
	 * @return whether it is
	 */
	public static boolean isNull(Object bean) {
		// To ask whether it equals null, as Spring does, calls code of beans that need
		// not expect that.
		return bean.getClass().getName().equals(NULL_BEAN);
	}

	/**
	 * The name that the author of a bean knows: that of the scoped proxy for what it
	 * stands for.
	 * @param beanName the name of the bean
	 * @return the name for people
	 */
	public static String shown(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName;
	}

}
