// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.core.env.Environment;

import io.managedservices.internal.bean.BeanCallbacks;
import io.managedservices.internal.bean.LifecycleBean;
import io.managedservices.internal.bean.SharedInstances;
import io.managedservices.internal.bean.UncalledMethods;
import io.managedservices.internal.configure.ConfiguredServices;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.configure.ServiceOverrides;
import io.managedservices.internal.configure.SettingsResolver;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DeclaredWork;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettingsCheck;
import io.managedservices.internal.inject.ProvidedInjection;
import io.managedservices.internal.workmethod.StrayWorkMethods;
import io.managedservices.internal.workmethod.WorkMethods;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDescriptor;

/**
 * Makes the graph of the services among the beans of a context: those that are annotated
 * with {@code @ManagedService} on their class or their factory method, and those of
 * {@code ServiceRegistration} beans, with the work that their methods are declared to be,
 * and the gates that are configured. To be used once, by one thread, when all singletons
 * of the context exist.
 *
 * @since 0.1.0
 */
public final class ServiceDiscovery {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DiscoverySettings settings;

	private @Nullable ServiceNames names;

	private final Set<Object> lifecycles = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * Create a discovery.
	 * @param beanFactory the factory of the context; services of its parents are only
	 * depended on
	 * @param settings what is configured
	 */
	public ServiceDiscovery(ConfigurableListableBeanFactory beanFactory, DiscoverySettings settings) {
		this.beanFactory = beanFactory;
		this.settings = settings;
	}

	/**
	 * Finds the services and checks all of them. Lazy beans that are services are
	 * created.
	 * @return the graph
	 * @throws io.managedservices.internal.graph.InvalidServiceGraphException if anything
	 * is wrong with them or with what is configured, with all that is
	 */
	public ServiceGraph discover() {
		List<GraphProblem> problems = new ArrayList<>(this.settings.problems());
		Placeholders placeholders = new Placeholders(this.beanFactory);
		ParentServices parents = new ParentServices(this.beanFactory);
		List<Declaration> declarations = new ServiceBeans(this.beanFactory, placeholders, problems).find();
		declarations.addAll(new ServiceGates(this.beanFactory, parents, problems).find(this.settings.gates()));
		ConfiguredServices configured = new ConfiguredServices(environment(), this.settings.services(), declarations,
				parents, problems);
		SettingsResolver resolver = resolver(problems);
		ServiceNames names = new ServiceNames(this.beanFactory, parents, declarations);
		SharedInstances.check(declarations, problems);
		BeanCallbacks callbacks = new BeanCallbacks(this.beanFactory, problems);
		UncalledMethods uncalledMethods = new UncalledMethods(this.beanFactory, problems);
		BeanDependencies dependencies = new BeanDependencies(this.beanFactory, names, problems);
		WorkMethods workMethods = new WorkMethods(placeholders, names, problems);
		ServiceExtensions extensions = new ServiceExtensions(this.beanFactory, problems);
		List<ServiceDefinition> definitions = new ArrayList<>(declarations.size());
		for (Declaration declaration : declarations) {
			ServiceOverrides overrides = configured.of(declaration.name());
			Boolean required = overrides.required();
			Activation activation = overrides.activation();
			List<ServiceExtension.Addition> additions = extensions.of(declaration);
			ServiceDescriptor descriptor = new ServiceDescriptor(declaration.name(),
					(required != null) ? required : declaration.attributes().required(),
					(activation != null) ? activation : declaration.attributes().activation(),
					ServiceExtensions.addTo(dependencies.of(declaration), additions));
			DeclaredWork work = workMethods.of(declaration).after(additions);
			noteLifecycle(declaration);
			uncalledMethods.check(declaration, !work.equals(DeclaredWork.NONE));
			definitions.add(new ServiceDefinition(descriptor, declaration.instance(),
					work.addTo(callbacks.of(declaration)), resolver.resolve(declaration, overrides),
					provides(declaration), work.hooks(), declaration.described()));
		}
		this.names = names;
		definitions.addAll(gates(names, parents, definitions));
		new StrayWorkMethods(this.beanFactory, problems).find(declarations);
		extensions.discovered();
		LocalBeans.ordered(this.beanFactory, ProvidedInjection.class, (beanName) -> {
		}).values().forEach((injection) -> injection.bind(definitions, problems));
		LateServiceWarning.discovered(this.beanFactory, declarations);
		this.beanFactory.getBeanProvider(AnnotatedInterfaces.class)
			.ifAvailable((interfaces) -> interfaces.warn(declarations, this.beanFactory.getBeanClassLoader()));
		return ServiceGraph.of(definitions, problems);
	}

	private @Nullable Environment environment() {
		String name = ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME;
		return this.beanFactory.containsBean(name) ? this.beanFactory.getBean(name, Environment.class) : null;
	}

	private List<ServiceDefinition> gates(ServiceNames names, ParentServices parents,
			List<ServiceDefinition> definitions) {
		for (ServiceDefinition definition : definitions) {
			for (ServiceDependency dependency : definition.descriptor().dependencies()) {
				if (names.isOfParent(dependency.name())) {
					parents.depend(dependency.name(), this.settings.defaults());
				}
			}
		}
		return parents.gates();
	}

	private void noteLifecycle(Declaration declaration) {
		Lifecycle lifecycle = LifecycleBean.of(this.beanFactory, declaration);
		if (lifecycle != null) {
			this.lifecycles.add(lifecycle);
			this.lifecycles.add(declaration.instance());
		}
	}

	/**
	 * The beans that are started and stopped as services, and that Spring would start and
	 * stop as well.
	 * @return the beans, by identity
	 */
	public Set<Object> lifecycles() {
		return this.lifecycles;
	}

	/**
	 * The names of the services that were found.
	 * @return their names
	 */
	public ServiceNames names() {
		return Objects.requireNonNull(this.names);
	}

	private static @Nullable Class<?> provides(Declaration declaration) {
		Class<?> type = declaration.attributes().provides();
		return (type != void.class) ? type : null;
	}

	private SettingsResolver resolver(List<GraphProblem> problems) {
		List<GraphProblem> problemsOfDefaults = ServiceSettingsCheck.ofDefaults(this.settings.defaults());
		problems.addAll(problemsOfDefaults);
		// What is wrong with all services is reported once.
		return new SettingsResolver(this.settings.defaults(),
				problemsOfDefaults.isEmpty() ? this.settings.defaults() : ServiceSettings.DEFAULTS, problems);
	}

}
