// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.core.env.Environment;

import io.managedservices.internal.bean.LifecycleBean;
import io.managedservices.internal.bean.LifecycleCheck;
import io.managedservices.internal.bean.SharedInstances;
import io.managedservices.internal.configure.ConfiguredServices;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.configure.SettingsResolver;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.SuppliedLifecycle;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettingsCheck;
import io.managedservices.internal.inject.InjectionNeeds;
import io.managedservices.internal.inject.ProvidedInjection;
import io.managedservices.internal.listener.ListenerServices;
import io.managedservices.internal.workmethod.StrayWorkMethods;

/**
 * Makes the graph of the services among the beans of a context: those that are annotated
 * with {@code @ManagedService} on their class or their factory method, and those of
 * {@code ServiceRegistration} beans, with the work that their methods are declared to be,
 * the gates that are configured, and message listeners that depend on services. To be
 * used once, by one thread, when all singletons of the context exist.
 *
 * @since 0.1.0
 */
public final class ServiceDiscovery {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DiscoverySettings settings;

	private @Nullable ServiceNames names;

	private final DrivenLifecycles lifecycles = new DrivenLifecycles();

	private boolean anySupplied;

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
		declarations.addAll(new ListenerServices(this.beanFactory, placeholders, parents, problems)
			.find(this.settings.listeners()));
		new LifecycleCheck(this.beanFactory, problems).check(declarations);
		ConfiguredServices configured = new ConfiguredServices(environment(), this.settings.services(), declarations,
				parents, problems);
		SettingsResolver resolver = resolver(problems);
		ServiceNames found = new ServiceNames(this.beanFactory, parents, declarations);
		SharedInstances.check(declarations, problems);
		ServiceExtensions extensions = new ServiceExtensions(this.beanFactory, problems);
		DefinitionAssembly assembly = new DefinitionAssembly(this.beanFactory, placeholders, found, resolver,
				extensions, this.lifecycles, problems);
		List<ServiceDefinition> definitions = new ArrayList<>(declarations.size());
		for (Declaration declaration : declarations) {
			noteLifecycle(declaration);
			definitions.add(assembly.definition(declaration, configured.of(declaration.name())));
		}
		this.names = found;
		definitions.addAll(ParentGates.of(found, parents, this.settings, definitions));
		new StrayWorkMethods(this.beanFactory, problems).find(declarations);
		extensions.discovered();
		LocalBeans.ordered(this.beanFactory, ProvidedInjection.class, (beanName) -> {
		}).values().forEach((injection) -> injection.bind(definitions, problems::add));
		InjectionNeeds.check(this.beanFactory, definitions, parents::exists, problems::add);
		LateServices.discovered(this.beanFactory, declarations);
		this.beanFactory.getBeanProvider(AnnotatedInterfaces.class)
			.ifAvailable((interfaces) -> interfaces.warn(declarations, this.beanFactory.getBeanClassLoader()));
		return ServiceGraph.of(definitions, problems);
	}

	private @Nullable Environment environment() {
		String name = ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME;
		return this.beanFactory.containsBean(name) ? this.beanFactory.getBean(name, Environment.class) : null;
	}

	private void noteLifecycle(Declaration declaration) {
		this.anySupplied |= declaration.instance() instanceof SuppliedLifecycle;
		Lifecycle lifecycle = LifecycleBean.of(this.beanFactory, declaration);
		if (lifecycle != null) {
			this.lifecycles.add(declaration.name(), lifecycle);
			this.lifecycles.add(declaration.name(), declaration.instance());
		}
	}

	/**
	 * Whether a service is what a supplier returns when it is started.
	 * @return whether any is
	 */
	public boolean isAnySupplied() {
		return this.anySupplied;
	}

	/**
	 * The beans that are started and stopped as services, and that Spring would start and
	 * stop as well. What is supplied at the start of a service is added then.
	 * @return the beans
	 */
	public DrivenLifecycles lifecycles() {
		return this.lifecycles;
	}

	/**
	 * The names of the services that were found.
	 * @return their names
	 */
	public ServiceNames names() {
		return Objects.requireNonNull(this.names);
	}

	private SettingsResolver resolver(List<GraphProblem> problems) {
		List<GraphProblem> problemsOfDefaults = ServiceSettingsCheck.ofDefaults(this.settings.defaults());
		problems.addAll(problemsOfDefaults);
		// What is wrong with all services is reported once.
		return new SettingsResolver(this.settings.defaults(),
				problemsOfDefaults.isEmpty() ? this.settings.defaults() : ServiceSettings.DEFAULTS, problems);
	}

}
