// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ManagedService;
import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.line.LineLog;

/**
 * Warns of beans that turn out to be annotated with {@link ManagedService} when they are
 * created, and that nobody could know to be services before: lazy ones whose factory
 * method returns something more general than their class. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class LateServiceWarning implements BeanPostProcessor {

	private static final Log logger = LineLog.of(LateServiceWarning.class);

	private final ConfigurableListableBeanFactory beanFactory;

	/** Beans that nobody needs to be warned of, those that are services among them. */
	private volatile @Nullable Set<String> known;

	/**
	 * Create a warning.
	 * @param beanFactory the factory of the context
	 */
	public LateServiceWarning(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * The services are known: what is created from now on is none of them.
	 * @param beanFactory the factory of the context
	 * @param services all services
	 */
	static void discovered(ConfigurableListableBeanFactory beanFactory, Collection<Declaration> services) {
		for (String beanName : beanFactory.getBeanNamesForType(LateServiceWarning.class, false, false)) {
			beanFactory.getBean(beanName, LateServiceWarning.class).discovered(services);
		}
	}

	private void discovered(Collection<Declaration> services) {
		Set<String> beanNames = ConcurrentHashMap.newKeySet();
		services.forEach((service) -> beanNames.add(service.beanName()));
		this.known = beanNames;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Set<String> beanNames = this.known;
		if (beanNames != null && this.beanFactory.containsBeanDefinition(beanName)
				&& !this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName))
				&& beanNames.add(beanName)) {
			Class<?> type = BeanMethod.userClass(bean);
			if (ServiceAnnotations.on(type) != null) {
				logger.warn("Bean '%s' is not managed, although its class %s is annotated with @ManagedService: "
					.formatted(LocalBeans.shown(beanName), type.getName())
						+ "it was created after the services were discovered, and its factory method does not tell its "
						+ "class. Annotate the factory method, let it return %s, or make the bean eager: @Lazy(false)."
							.formatted(type.getSimpleName()));
			}
		}
		return bean;
	}

}
