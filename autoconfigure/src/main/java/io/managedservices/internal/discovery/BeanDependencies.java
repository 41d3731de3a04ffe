// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.NearestName;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Finds what each service depends on: what it declares, and what is inferred from
 * {@code @DependsOn} and injection, also through beans that are no services. A declared
 * edge wins over an inferred one, so that {@code after} makes an injected service one
 * that is only waited for. Used by one thread.
 */
final class BeanDependencies {

	private static final Log logger = LineLog.of(BeanDependencies.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	private final ServiceNames names;

	BeanDependencies(ConfigurableListableBeanFactory beanFactory, ServiceNames names, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.names = names;
		this.problems = problems;
	}

	List<ServiceDependency> of(Declaration declaration) {
		List<ServiceDependency> dependencies = new ArrayList<>();
		declare(declaration, Kind.REQUIRED, "dependsOn", declaration.attributes().dependsOn(), dependencies);
		declare(declaration, Kind.AFTER, "after", declaration.attributes().after(), dependencies);
		Set<String> declared = new HashSet<>();
		dependencies.forEach((dependency) -> declared.add(dependency.name()));
		Map<String, ServiceDependency> inferred = infer(declaration);
		exclude(declaration, inferred, declared);
		inferred.keySet().removeAll(declared);
		dependencies.addAll(inferred.values());
		return dependencies;
	}

	private void declare(Declaration declaration, Kind kind, String attribute, String[] names,
			List<ServiceDependency> dependencies) {
		for (String name : names) {
			String service = this.names.resolve(name);
			// That of a parent has come to rest before.
			if (kind != Kind.AFTER || !this.names.isOfParent(service)) {
				ServiceDependency dependency = new ServiceDependency(service, kind,
						attribute + " of " + declaration.source());
				dependencies.add(dependency);
				if (kind == Kind.AFTER && !service.isBlank() && !this.names.exists(service)) {
					waitsForNothing(declaration, dependency);
				}
			}
		}
	}

	// It may be one of another profile.
	private void waitsForNothing(Declaration declaration, ServiceDependency dependency) {
		String nearest = this.names.nearest(dependency.name());
		String message = "Service '%s' waits for nothing after '%s' (%s): there is no service of that name."
			.formatted(declaration.name(), dependency.name(), dependency.origin());
		if (nearest != null && !nearest.equals(declaration.name())) {
			logger.warn("%s Did you mean '%s'?".formatted(message, nearest));
		}
		else {
			logger.info(message);
		}
	}

	private Map<String, ServiceDependency> infer(Declaration declaration) {
		Map<String, ServiceDependency> inferred = new LinkedHashMap<>();
		Set<String> dependsOn = dependsOn(declaration.beanName());
		Set<String> seen = new HashSet<>();
		Deque<Step> open = new ArrayDeque<>();
		open.add(new Step(declaration.beanName(), null));
		while (!open.isEmpty()) {
			Step step = open.remove();
			for (String dependency : this.names.dependenciesOf(step.beanName())) {
				String service = this.names.ofBean(dependency);
				if (service == null && seen.add(dependency)) {
					open.add(new Step(dependency, step));
				}
				else if (service != null && !service.equals(declaration.name())) {
					String origin = origin(declaration.beanName(), new Step(dependency, step), dependsOn);
					inferred.putIfAbsent(service, new ServiceDependency(service, Kind.REQUIRED, origin));
				}
			}
		}
		return inferred;
	}

	private Set<String> dependsOn(String beanName) {
		String[] names = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getMergedBeanDefinition(beanName).getDependsOn() : null;
		return (names != null) ? Set.copyOf(Arrays.asList(names)) : Set.of();
	}

	private String origin(String beanName, Step last, Set<String> dependsOn) {
		Deque<String> between = new ArrayDeque<>();
		Step first = last;
		for (Step step = last.from(); step != null && step.from() != null; step = step.from()) {
			between.push("'" + step.beanName() + "'");
			first = step;
		}
		String origin = isNamed(first.beanName(), dependsOn) ? "@DependsOn of bean '%s'" : "injected into bean '%s'";
		String through = (between.size() > 1) ? " through beans " : " through bean ";
		return origin.formatted(beanName) + (between.isEmpty() ? "" : through + String.join(" and ", between));
	}

	private boolean isNamed(String beanName, Set<String> names) {
		return names.contains(beanName)
				|| (!names.isEmpty() && Arrays.stream(this.beanFactory.getAliases(beanName)).anyMatch(names::contains));
	}

	private void exclude(Declaration declaration, Map<String, ServiceDependency> inferred, Set<String> declared) {
		for (String name : declaration.attributes().excludeDependencies()) {
			String service = this.names.resolve(name);
			if (declared.contains(service)) {
				this.problems.add(new GraphProblem(
						"Service '%s' names '%s' in excludeDependencies and in dependsOn or after (%s)."
							.formatted(declaration.name(), name, declaration.source()),
						"Remove '%s' from one of them.".formatted(name)));
			}
			else if (inferred.remove(service) == null) {
				String nearest = NearestName.of(name, inferred.keySet());
				this.problems.add(new GraphProblem(
						"Service '%s' excludes its dependency on '%s' (excludeDependencies of %s), and has no such dependency."
							.formatted(declaration.name(), name, declaration.source()),
						"Remove '%s' from excludeDependencies of service '%s', or correct the name.%s".formatted(name,
								declaration.name(), (nearest != null) ? " Did you mean '" + nearest + "'?" : "")));
			}
		}
	}

	/**
	 * A bean on the way from a service along its dependencies.
	 *
	 * @param beanName the name of the bean
	 * @param from the bean that depends on it
	 */
	private record Step(String beanName, @Nullable Step from) {

	}

}
