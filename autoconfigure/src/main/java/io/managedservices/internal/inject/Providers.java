// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.text.NearestName;

/**
 * Which service provides what, as declared. Immutable.
 */
final class Providers {

	private final List<ServiceDefinition> services;

	Providers(List<? extends ServiceDefinition> services) {
		this.services = List.copyOf(services);
	}

	/**
	 * Finds the service that an injection point is about.
	 * @param point the injection point
	 * @return what is wrong with it, or {@code null} if there is exactly one
	 */
	@Nullable GraphProblem bind(InjectedProvided<?> point) {
		return (point.qualifier() != null) ? bindByName(point, point.qualifier()) : bindByType(point);
	}

	private @Nullable GraphProblem bindByName(InjectedProvided<?> point, String name) {
		for (ServiceDefinition service : this.services) {
			if (service.name().equals(name)) {
				Class<?> provides = service.provides();
				if (provides != null && !point.type().isAssignableFrom(provides)) {
					return new GraphProblem(
							"%s needs what service '%s' provides (@Qualifier) as a '%s', and that is declared to be a '%s'."
								.formatted(point.place(), name, point.type().getName(), provides.getName()),
							"Correct the type of the injection point, or provides of service '%s'.".formatted(name));
				}
				point.bind(name);
				return null;
			}
		}
		String nearest = NearestName.of(name, this.services.stream().map(ServiceDefinition::name).toList());
		return new GraphProblem(
				"%s needs what service '%s' provides (@Qualifier), and there is no service of that name."
					.formatted(point.place(), name),
				"Correct the @Qualifier.%s".formatted((nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	private @Nullable GraphProblem bindByType(InjectedProvided<?> point) {
		List<ServiceDefinition> candidates = new ArrayList<>();
		List<ServiceDefinition> others = new ArrayList<>();
		for (ServiceDefinition service : this.services) {
			Class<?> provides = service.provides();
			if (provides != null) {
				(point.type().isAssignableFrom(provides) ? candidates : others).add(service);
			}
		}
		if (candidates.size() == 1) {
			point.bind(candidates.get(0).name());
			return null;
		}
		String need = "%s needs a service that provides a '%s'".formatted(point.place(), point.type().getName());
		if (candidates.isEmpty()) {
			String found = others.isEmpty() ? "no service is declared to provide anything"
					: "none is declared to. Others provide: " + describe(others);
			return new GraphProblem(need + ", and " + found + ".",
					"Declare it: @ManagedService(provides = %s.class), or name the service with @Qualifier."
						.formatted(point.type().getSimpleName()));
		}
		return new GraphProblem(need + ", and %d do: %s.".formatted(candidates.size(), describe(candidates)),
				"Name one of them: @Qualifier(\"%s\").".formatted(candidates.get(0).name()));
	}

	private static String describe(List<ServiceDefinition> services) {
		return String.join(", ", services.stream().map(Providers::describe).toList());
	}

	private static String describe(ServiceDefinition service) {
		Class<?> provides = service.provides();
		return "'%s' (%s)".formatted(service.name(), (provides != null) ? provides.getName() : "");
	}

}
