package io.managedservices.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans of one type that belong to a context itself, and not to its parents.
 * Stateless.
 */
final class LocalBeans {

	private LocalBeans() {
	}

	/**
	 * Gets the singletons of a type.
	 * @param <T> the type
	 * @param beanFactory the factory of the context
	 * @param type the type
	 * @param notSingleton is told the names of beans that are none
	 * @return the singletons by name, in the order of {@code @Order}
	 */
	static <T> Map<String, T> ordered(ConfigurableListableBeanFactory beanFactory, Class<T> type,
			Consumer<String> notSingleton) {
		IdentityHashMap<T, String> names = new IdentityHashMap<>();
		for (String beanName : beanFactory.getBeanNamesForType(type)) {
			if (beanFactory.isSingleton(beanName)) {
				names.put(beanFactory.getBean(beanName, type), beanName);
			}
			else {
				notSingleton.accept(beanName);
			}
		}
		Map<String, T> beans = new LinkedHashMap<>();
		beanFactory.getBeanProvider(type).orderedStream().forEach((bean) -> {
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
	static boolean allExist(ConfigurableListableBeanFactory beanFactory) {
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

	static List<String> names(ConfigurableListableBeanFactory beanFactory) {
		List<String> names = new ArrayList<>();
		beanFactory.getBeanNamesIterator().forEachRemaining(names::add);
		return names;
	}

}
