// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.bean.BeanMethod;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.RegisteredService;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.inject.InjectionNeeds;
import io.managedservices.internal.line.LineLog;

/**
 * Has beans join the services that turn out to be some when they are created, once the
 * services are known: beans that are registered with a context that runs, and lazy ones
 * whose definitions do not tell their class. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class LateServices implements BeanPostProcessor {

	private static final Log logger = LineLog.of(LateServices.class);

	private final ConfigurableListableBeanFactory beanFactory;

	/** Beans that are looked at once, and those that were services at the start. */
	private volatile @Nullable Set<String> known;

	/**
	 * Create late services.
	 * @param beanFactory the factory of the context
	 */
	public LateServices(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * The services are known: what is created from now on is late.
	 * @param beanFactory the factory of the context
	 * @param services all services
	 */
	static void discovered(ConfigurableListableBeanFactory beanFactory, Collection<Declaration> services) {
		for (String beanName : beanFactory.getBeanNamesForType(LateServices.class, false, false)) {
			beanFactory.getBean(beanName, LateServices.class).discovered(services);
		}
	}

	private void discovered(Collection<Declaration> services) {
		Set<String> beanNames = ConcurrentHashMap.newKeySet();
		for (Declaration service : services) {
			beanNames.add(service.beanName());
		}
		this.known = beanNames;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Set<String> beanNames = this.known;
		if (beanNames != null && this.beanFactory.containsBeanDefinition(beanName)
				&& !this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName))
				&& (beanNames.add(beanName) || this.beanFactory.isSingleton(beanName))) {
			// Each singleton comes here once: another one of its name is another bean.
			look(bean, beanName);
		}
		return bean;
	}

	private void look(Object bean, String beanName) {
		List<GraphProblem> problems = new ArrayList<>();
		if (bean instanceof ServiceRegistration registration) {
			LateRegistry registry = registry();
			if (registry == null) {
				logger.warn(
						"Bean '%s' is not managed, although it is a ServiceRegistration: it was created after the services were discovered."
							.formatted(LocalBeans.shown(beanName)));
			}
			else {
				join(registry, RegisteredService.declaration(beanName, registration, problems), beanName, problems);
			}
			return;
		}
		MergedAnnotation<ManagedService> annotation = ServiceAnnotations.on(BeanMethod.userClass(bean));
		if (annotation == null) {
			annotation = ServiceAnnotations.find(this.beanFactory, beanName);
		}
		// A factory bean comes here, and what it makes.
		if (annotation == null || (bean instanceof FactoryBean<?>) != ServiceAnnotations
			.isOnFactoryBean(this.beanFactory, beanName, annotation)) {
			return;
		}
		LateRegistry registry = registry();
		if (registry != null) {
			join(registry, declaration(bean, beanName, annotation, problems), beanName, problems);
			InjectionNeeds.defineValue(this.beanFactory, beanName, annotation);
		}
		else {
			warn(beanName, BeanMethod.userClass(bean));
		}
	}

	private @Nullable LateRegistry registry() {
		return this.beanFactory.getBeanProvider(LateRegistry.class).getIfAvailable();
	}

	private static void warn(String beanName, Class<?> type) {
		logger.warn("Bean '%s' is not managed, although its class %s is annotated with @ManagedService: "
			.formatted(LocalBeans.shown(beanName), type.getName())
				+ "it was created after the services were discovered, and its factory method does not tell its "
				+ "class. Annotate the factory method, let it return %s, or make the bean eager: @Lazy(false)."
					.formatted(type.getSimpleName()));
	}

	private Declaration declaration(Object bean, String beanName, MergedAnnotation<ManagedService> annotation,
			List<GraphProblem> problems) {
		String source = ServiceAnnotations.describe(annotation);
		String shown = LocalBeans.shown(beanName);
		Map<String, Object> attributes = new Placeholders(this.beanFactory).attributes(annotation,
				(what, attribute) -> problems
					.add(new GraphProblem("Service '%s' %s (%s).".formatted(shown, what, source),
							"Set the property, or correct %s of %s.".formatted(attribute, source))));
		String name = (attributes.get("name") instanceof String given && StringUtils.hasText(given)) ? given : shown;
		if (!this.beanFactory.isSingleton(beanName)) {
			problems.add(new GraphProblem("A service has to be a singleton, and bean '%s' is not.".formatted(shown),
					"Make bean '%s' a singleton, or remove @ManagedService from it.".formatted(shown)));
		}
		return new Declaration(beanName, name, source, attributes, bean, null);
	}

	private void join(LateRegistry registry, @Nullable Declaration declaration, String beanName,
			List<GraphProblem> problems) {
		if (declaration != null) {
			LateDependencies dependencies = new LateDependencies(this.beanFactory, registry);
			dependencies.create(declaration.attributes().dependsOn(), beanName);
			dependencies.create(declaration.attributes().after(), beanName);
		}
		registry.join((declaration != null) ? List.of(declaration) : List.of(), problems);
	}

}
