// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.RegisteredService;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds the beans of a context that are declared to be services; those of its parents are
 * not looked at. Used once, by one thread, when all singletons of the context exist; lazy
 * beans that are services are created, as far as their definitions tell that they are or
 * may well be, or a service names them or is injected with them.
 */
final class ServiceBeans {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Placeholders placeholders;

	private final List<GraphProblem> problems;

	/** Those that are annotated, by the names of their beans. */
	private final Map<String, Declaration> annotated = new HashMap<>();

	private final List<Declaration> registered = new ArrayList<>();

	/** Beans that do not exist, and whose definitions do not tell their class. */
	private final Set<String> unknown = new LinkedHashSet<>();

	ServiceBeans(ConfigurableListableBeanFactory beanFactory, Placeholders placeholders, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.placeholders = placeholders;
		this.problems = problems;
	}

	/**
	 * Finds all services.
	 * @return annotated beans in the order of their definitions, then registrations in
	 * theirs
	 */
	List<Declaration> find() {
		List<String> beanNames = LocalBeans.names(this.beanFactory);
		beanNames.forEach(this::look);
		findRegistrations();
		List<String> created = created();
		while (!created.isEmpty()) {
			this.unknown.removeAll(created);
			created.forEach(this::look);
			created = created();
		}
		List<Declaration> declarations = new ArrayList<>();
		beanNames.stream().map(this.annotated::get).filter(Objects::nonNull).forEach(declarations::add);
		declarations.addAll(this.registered);
		return declarations;
	}

	private void look(String beanName) {
		boolean exists = this.beanFactory.containsSingleton(beanName);
		boolean isScopedProxy = this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
		MergedAnnotation<ManagedService> annotation = isScopedProxy ? null
				: ServiceAnnotations.find(this.beanFactory, beanName);
		if (annotation == null) {
			if (!exists && !isScopedProxy) {
				this.unknown.add(beanName);
				createIfLifecycle(beanName);
			}
		}
		else if (this.beanFactory.isTypeMatch(beanName, ServiceRegistration.class)) {
			refuseAnnotation(beanName);
		}
		else {
			this.annotated.put(beanName, declaration(beanName, annotation));
		}
	}

	// Whoever returns that from a factory method, and does not tell the class, most
	// likely has annotated the class.
	private void createIfLifecycle(String beanName) {
		Class<?> type = this.beanFactory.getType(beanName, false);
		if (type != null && ServiceLifecycle.class.isAssignableFrom(type) && this.beanFactory.isSingleton(beanName)
				&& ServiceAnnotations.mayBeHidden(this.beanFactory, beanName, type)) {
			this.beanFactory.getBean(beanName);
		}
	}

	// What a service was injected with exists now, and what it names is asked for.
	private List<String> created() {
		if (this.unknown.isEmpty()) {
			return List.of();
		}
		List<Declaration> declarations = new ArrayList<>(this.annotated.values());
		declarations.addAll(this.registered);
		for (Declaration declaration : declarations) {
			createNamed(declaration.attributes().dependsOn());
			createNamed(declaration.attributes().after());
		}
		return this.unknown.stream().filter(this.beanFactory::containsSingleton).toList();
	}

	private void createNamed(String[] names) {
		for (String name : names) {
			if (this.unknown.contains(name) && this.beanFactory.isSingleton(name)) {
				this.beanFactory.getBean(name);
			}
		}
	}

	private Declaration declaration(String beanName, MergedAnnotation<ManagedService> annotation) {
		String source = ServiceAnnotations.describe(annotation);
		String declared = annotation.getString("name");
		String shown = LocalBeans.shown(beanName);
		Map<String, Object> attributes = this.placeholders.attributes(
				annotation, (what,
						attribute) -> this.problems.add(new GraphProblem(
								"Service '%s' %s (%s).".formatted(StringUtils.hasText(declared) ? declared : shown,
										what, source),
								"Set the property, or correct %s of %s.".formatted(attribute, source))));
		String name = (attributes.get("name") instanceof String given && StringUtils.hasText(given)) ? given : shown;
		return new Declaration(beanName, name, source, attributes, instance(beanName, annotation, source), null);
	}

	private Object instance(String beanName, MergedAnnotation<ManagedService> annotation, String source) {
		String instanceName = ServiceAnnotations.isOnFactoryBean(this.beanFactory, beanName, annotation)
				? BeanFactory.FACTORY_BEAN_PREFIX + beanName : beanName;
		if (!this.beanFactory.isSingleton(instanceName)) {
			refuseScope(beanName, ", or remove @ManagedService from it");
			return Declaration.NO_INSTANCE;
		}
		Object instance = this.beanFactory.getBean(instanceName);
		if (LocalBeans.isNull(instance)) {
			refuseNull(beanName, source);
			return Declaration.NO_INSTANCE;
		}
		return instance;
	}

	private void findRegistrations() {
		for (String beanName : this.beanFactory.getBeanNamesForType(ServiceRegistration.class, false, true)) {
			if (LocalBeans.isNull(this.beanFactory.getBean(beanName))) {
				refuseNull(beanName, "a ServiceRegistration");
			}
		}
		LocalBeans.ordered(this.beanFactory, ServiceRegistration.class, (beanName) -> refuseScope(beanName, ""))
			.forEach((beanName, registration) -> {
				Declaration declaration = RegisteredService.declaration(beanName, registration, this.problems);
				if (declaration != null) {
					this.registered.add(declaration);
				}
			});
	}

	private void refuseAnnotation(String beanName) {
		this.problems.add(new GraphProblem(
				"The bean '%s' is a ServiceRegistration and annotated with @ManagedService.".formatted(beanName),
				"Remove @ManagedService from bean '%s': the registration is enough.".formatted(beanName)));
	}

	private void refuseNull(String beanName, String source) {
		String shown = LocalBeans.shown(beanName);
		this.problems.add(new GraphProblem(
				"A service has to be an object, and the factory method of bean '%s' returned null (%s)."
					.formatted(shown, source),
				"Let the factory method of bean '%s' return an object, or put a condition on it.".formatted(shown)));
	}

	private void refuseScope(String beanName, String otherwise) {
		String shown = LocalBeans.shown(beanName);
		String factoryName = BeanFactory.FACTORY_BEAN_PREFIX + beanName;
		if (this.beanFactory.isFactoryBean(beanName) && this.beanFactory.isSingleton(factoryName)) {
			this.problems.add(new GraphProblem(
					"A service has to be a singleton, and isSingleton() of FactoryBean '%s' returns false."
						.formatted(shown),
					"Let isSingleton() of FactoryBean '%s' return true%s.".formatted(shown, otherwise)));
			return;
		}
		String scope = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getMergedBeanDefinition(beanName).getScope() : null;
		this.problems.add(new GraphProblem(
				"A service has to be a singleton, and the scope of bean '%s' is '%s'.".formatted(shown,
						StringUtils.hasLength(scope) ? scope : BeanDefinition.SCOPE_PROTOTYPE),
				"Make bean '%s' a singleton%s.".formatted(shown, otherwise)));
	}

}
