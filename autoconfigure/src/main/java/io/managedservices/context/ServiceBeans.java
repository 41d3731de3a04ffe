package io.managedservices.context;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.StringUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceRegistration;
import io.managedservices.graph.GraphProblem;

/**
 * Finds the beans of a context that are declared to be services; those of its parents are
 * not looked at. Used once, by one thread, when all singletons of the context exist; lazy
 * beans that are services are created.
 */
final class ServiceBeans {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Placeholders placeholders;

	private final List<GraphProblem> problems;

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
		List<Declaration> declarations = new ArrayList<>();
		for (String beanName : LocalBeans.names(this.beanFactory)) {
			boolean isScopedProxy = this.beanFactory
				.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
			MergedAnnotation<ManagedService> annotation = isScopedProxy ? null
					: ServiceAnnotations.find(this.beanFactory, beanName);
			if (annotation == null) {
				continue;
			}
			if (this.beanFactory.isTypeMatch(beanName, ServiceRegistration.class)) {
				refuseAnnotation(beanName);
			}
			else {
				declarations.add(declaration(beanName, annotation));
			}
		}
		LocalBeans.ordered(this.beanFactory, ServiceRegistration.class, (beanName) -> refuseScope(beanName, ""))
			.forEach((beanName, registration) -> declarations.add(declaration(beanName, registration)));
		checkLifecycles(declarations);
		return declarations;
	}

	private Declaration declaration(String beanName, MergedAnnotation<ManagedService> annotation) {
		String source = ServiceAnnotations.describe(annotation);
		String declared = annotation.getString("name");
		ManagedService attributes = this.placeholders
			.resolve(annotation,
					(what, attribute) -> this.problems.add(new GraphProblem(
							"Service '%s' %s (%s)."
								.formatted(StringUtils.hasText(declared) ? declared : shown(beanName), what, source),
							"Set the property, or correct %s of %s.".formatted(attribute, source))));
		String name = StringUtils.hasText(attributes.name()) ? attributes.name() : shown(beanName);
		return new Declaration(beanName, name, source, attributes, instance(beanName));
	}

	// The name that its author knows of what a scoped proxy stands for.
	private static String shown(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName;
	}

	private Object instance(String beanName) {
		if (!this.beanFactory.isSingleton(beanName)) {
			refuseScope(beanName, ", or remove @ManagedService from it");
			return Declaration.NO_INSTANCE;
		}
		return this.beanFactory.getBean(beanName);
	}

	private void refuseAnnotation(String beanName) {
		this.problems.add(new GraphProblem(
				"The bean '%s' is a ServiceRegistration and annotated with @ManagedService.".formatted(beanName),
				"Remove @ManagedService from bean '%s': the registration is enough.".formatted(beanName)));
	}

	private void refuseScope(String beanName, String otherwise) {
		String shown = shown(beanName);
		String scope = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getMergedBeanDefinition(beanName).getScope() : null;
		this.problems.add(new GraphProblem(
				"A service has to be a singleton, and the scope of bean '%s' is '%s'.".formatted(shown,
						StringUtils.hasLength(scope) ? scope : BeanDefinition.SCOPE_PROTOTYPE),
				"Make bean '%s' a singleton%s.".formatted(shown, otherwise)));
	}

	private static Declaration declaration(String beanName, ServiceRegistration registration) {
		Map<String, Object> attributes = Map.of("dependsOn", registration.getDependsOn().toArray(new String[0]),
				"after", registration.getAfter().toArray(new String[0]), "excludeDependencies",
				registration.getExcludeDependencies().toArray(new String[0]), "required", registration.isRequired(),
				"activation", registration.getActivation(), "provides",
				(registration.getProvides() != null) ? registration.getProvides() : void.class);
		return new Declaration(beanName, registration.getName(), "ServiceRegistration bean '" + beanName + "'",
				MergedAnnotation.of(ManagedService.class, attributes).synthesize(), registration.getLifecycle());
	}

	// Spring sees only beans, and of a factory bean not what it makes.
	private void checkLifecycles(List<Declaration> declarations) {
		Map<Object, String> beans = new IdentityHashMap<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Lifecycle.class, false, false)) {
			Object bean = this.beanFactory.getSingleton(BeanFactoryUtils.transformedBeanName(beanName));
			if (bean != null) {
				beans.put(bean, beanName);
			}
		}
		for (Declaration declaration : declarations) {
			if (declaration.instance() instanceof Lifecycle lifecycle && beans.containsKey(lifecycle)) {
				checkLifecycle(declaration, shown(String.valueOf(beans.get(lifecycle))), lifecycle);
			}
		}
	}

	private void checkLifecycle(Declaration declaration, String beanName, Lifecycle lifecycle) {
		if (lifecycle instanceof SmartLifecycle smart && smart.isAutoStartup()) {
			this.problems.add(new GraphProblem(
					"Service '%s' is a SmartLifecycle that Spring starts, too: it would be started twice."
						.formatted(declaration.name()),
					"Let isAutoStartup() of bean '%s' return false, or let it implement ServiceLifecycle instead."
						.formatted(beanName)));
		}
		else if (hasOwnLifecycleProcessor()) {
			this.problems.add(new GraphProblem(
					"Service '%s' is a Lifecycle, and the bean '%s' of the application stops it before its dependents."
						.formatted(declaration.name(), AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME),
					"Remove bean '%s' or let it be a %s, or let bean '%s' implement ServiceLifecycle instead."
						.formatted(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
								ManagedServicesLifecycleProcessor.class.getSimpleName(), beanName)));
		}
	}

	// The one that Spring makes where there is none has no definition.
	private boolean hasOwnLifecycleProcessor() {
		String beanName = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME;
		return this.beanFactory.containsBeanDefinition(beanName)
				&& !this.beanFactory.isTypeMatch(beanName, ManagedServicesLifecycleProcessor.class);
	}

}
