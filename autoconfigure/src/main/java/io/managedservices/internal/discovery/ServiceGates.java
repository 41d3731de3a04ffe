// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.SettingKey;

/**
 * Makes services of the gates that are configured. Used once, by one thread, when all
 * singletons of the context exist.
 */
final class ServiceGates {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ParentServices parents;

	private final List<GraphProblem> problems;

	ServiceGates(ConfigurableListableBeanFactory beanFactory, ParentServices parents, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.parents = parents;
		this.problems = problems;
	}

	/**
	 * Makes the gates, but for those that a parent has.
	 * @param configured what is configured of each, by its name
	 * @return a service for each, in the order of their names
	 */
	List<Declaration> find(Map<String, GateSettings> configured) {
		Map<String, GateSettings> gates = new TreeMap<>(configured);
		gates.keySet().removeIf(this.parents::exists);
		List<Declaration> declarations = new ArrayList<>(gates.size());
		if (!gates.isEmpty()) {
			GateFactory factory = this.beanFactory.getBeanProvider(GateFactory.class).getIfAvailable();
			if (factory == null) {
				refuse(gates);
			}
			gates.forEach((name, settings) -> declarations.add(declaration(name, settings, factory)));
		}
		return declarations;
	}

	private void refuse(Map<String, GateSettings> gates) {
		this.problems.add(new GraphProblem(
				"managed-services.gates configures %s, and the application has no health contributors that a gate could follow."
					.formatted(String.join(", ", gates.keySet().stream().map((name) -> "'" + name + "'").toList())),
				"Add spring-boot-starter-actuator to the application, or remove managed-services.gates."));
	}

	// It is no bean, and what stands for the name of one is none that a bean could have.
	private Declaration declaration(String name, GateSettings settings, @Nullable GateFactory factory) {
		ServiceLifecycle gate = (factory != null) ? factory.create(name, settings, this.problems::add) : null;
		String source = SettingKey.of("gates", name);
		return new Declaration(source, name, source, Map.of(), (gate != null) ? gate : Declaration.NO_INSTANCE,
				settings);
	}

}
