// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

import io.managedservices.ServiceRegistration;
import io.managedservices.internal.bean.SharedInstances;
import io.managedservices.internal.configure.ConfiguredServices;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.configure.SettingsResolver;
import io.managedservices.internal.declare.CallbackDecorator;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.RegisteredService;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;

/**
 * Makes services of what is declared once the services of a context are known, by the
 * same rules. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class LateDefinitions implements Candidates.Reader {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DiscoverySettings settings;

	private final @Nullable ServiceNames names;

	private final DrivenLifecycles lifecycles;

	private final Collection<ServiceExtension> extensions;

	private final Collection<CallbackDecorator> decorators;

	/** Beans that have joined the services, and are some still. */
	private final Collection<Declaration> joined = new CopyOnWriteArrayList<>();

	/**
	 * Create definitions.
	 * @param beanFactory the factory of the context
	 * @param settings what is configured
	 * @param names the services that were found at the start, or {@code null} if there
	 * were none
	 * @param lifecycles where those are added that Spring would start and stop as well
	 */
	public LateDefinitions(ConfigurableListableBeanFactory beanFactory, DiscoverySettings settings,
			@Nullable ServiceNames names, DrivenLifecycles lifecycles) {
		this.beanFactory = beanFactory;
		this.settings = settings;
		this.names = names;
		this.lifecycles = lifecycles;
		this.extensions = ServiceExtensions.all(beanFactory, ServiceExtension.class);
		this.decorators = ServiceExtensions.all(beanFactory, CallbackDecorator.class);
	}

	/**
	 * The services are gone with their context.
	 */
	public void closed() {
		CallbackDecorator.closed(this.decorators);
	}

	/**
	 * A bean has joined the services: what is injected with it depends on it.
	 * @param declaration what it declares
	 */
	public void joined(Declaration declaration) {
		this.joined.add(declaration);
	}

	@Override
	public void forgotten(String service) {
		List<Declaration> gone = this.joined.stream()
			.filter((declaration) -> declaration.name().equals(service))
			.toList();
		this.joined.removeAll(gone);
		gone.forEach((declaration) -> this.lifecycles.remove(declaration.instance()));
		this.lifecycles.forget(service);
		this.extensions.forEach((extension) -> extension.forget(service));
	}

	@Override
	public Candidates read(List<ServiceRegistration> registrations, ServiceGraph graph) {
		List<GraphProblem> problems = new ArrayList<>();
		List<Declaration> declarations = registrations.stream()
			.map((registration) -> RegisteredService.declaration(registration, problems))
			.filter(Objects::nonNull)
			.toList();
		return of(declarations, problems, graph);
	}

	/**
	 * Makes services of declarations.
	 * @param declarations what was declared
	 * @param problems what is known to be wrong with it
	 * @param graph the services that there are
	 * @return the services, with what is wrong with them
	 */
	public Candidates of(List<Declaration> declarations, List<GraphProblem> problems, ServiceGraph graph) {
		ParentServices parents = new ParentServices(this.beanFactory);
		ServiceNames all = names(parents, declarations, graph);
		ConfiguredServices configured = new ConfiguredServices(environment(), this.settings.services(), declarations,
				parents, null);
		SettingsResolver resolver = new SettingsResolver(this.settings.defaults(), this.settings.defaults(), problems);
		checkInstances(declarations, graph, problems);
		DefinitionAssembly assembly = new DefinitionAssembly(this.beanFactory, new Placeholders(this.beanFactory), all,
				resolver, new ServiceExtensions(this.beanFactory, problems), this.lifecycles, problems);
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (Declaration declaration : declarations) {
			definitions.add(assembly.definition(declaration, configured.of(declaration.name())));
		}
		ParentGates.of(all, parents, this.settings, definitions)
			.stream()
			.filter((gate) -> graph.indexOf(gate.name()) < 0)
			.forEach(definitions::add);
		return new Candidates(definitions, problems);
	}

	/**
	 * The names of the services that there are now.
	 * @param graph the services
	 * @return their names, and those of their beans
	 */
	public ServiceNames names(ServiceGraph graph) {
		return names(new ParentServices(this.beanFactory), List.of(), graph);
	}

	private ServiceNames names(ParentServices parents, List<Declaration> declarations, ServiceGraph graph) {
		ServiceNames base = (this.names != null) ? this.names : new ServiceNames(this.beanFactory, parents, List.of());
		List<Declaration> known = new ArrayList<>(this.joined);
		known.addAll(declarations);
		return base.with(parents, known, (name) -> graph.indexOf(name) >= 0);
	}

	private static void checkInstances(List<Declaration> declarations, ServiceGraph graph,
			List<GraphProblem> problems) {
		SharedInstances.check(declarations, problems);
		for (int index = 0; index < graph.size(); index++) {
			ServiceDefinition known = graph.definition(index);
			for (Declaration declaration : declarations) {
				if (declaration.instance() == known.instance() && declaration.hasInstance()
						&& !declaration.name().equals(known.name())) {
					problems.add(new GraphProblem(
							"Services '%s' and '%s' are one object, which would be started twice: the second is %s."
								.formatted(known.name(), declaration.name(), declaration.described()),
							"Register an object of its own for service '%s'.".formatted(declaration.name())));
				}
			}
		}
	}

	private @Nullable Environment environment() {
		String name = ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME;
		return this.beanFactory.containsBean(name) ? this.beanFactory.getBean(name, Environment.class) : null;
	}

}
