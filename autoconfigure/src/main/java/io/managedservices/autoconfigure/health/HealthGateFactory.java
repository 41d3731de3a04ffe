// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;

import io.managedservices.ServiceLifecycle;
import io.managedservices.health.HealthContributorLookup;
import io.managedservices.health.HealthGate;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.discovery.GateFactory;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * Makes gates that follow health contributors, and refuses those that name one that does
 * not exist. Immutable; the registries are not touched before the first gate.
 */
final class HealthGateFactory implements GateFactory {

	private static final int MAX_NAMES = 20;

	private final ObjectProvider<HealthContributorRegistry> registry;

	private final ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry;

	private final ObjectProvider<StatusAggregator> aggregator;

	HealthGateFactory(ObjectProvider<HealthContributorRegistry> registry,
			ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry,
			ObjectProvider<StatusAggregator> aggregator) {
		this.registry = registry;
		this.reactiveRegistry = reactiveRegistry;
		this.aggregator = aggregator;
	}

	@Override
	public @Nullable ServiceLifecycle create(String name, GateSettings settings, Consumer<GraphProblem> problems) {
		HealthContributorLookup lookup = lookup();
		HealthContributor contributor = lookup.find(settings.health());
		if (contributor == null) {
			problems.accept(unknown(name, settings.health(), lookup.paths()));
			return null;
		}
		if (HealthContributorLookup.showsServices(contributor)) {
			problems.accept(circular(name, settings.health()));
			return null;
		}
		return new HealthGate(settings.health(), lookup, this.aggregator.getIfAvailable(StatusAggregator::getDefault),
				new HealthGate.Limits("managed-services-gate-" + name, settings.timeout(),
						SettingKey.of("gates", name) + ".timeout"));
	}

	private HealthContributorLookup lookup() {
		List<HealthContributors> registries = new ArrayList<>();
		this.registry.ifAvailable(registries::add);
		this.reactiveRegistry.ifAvailable((reactive) -> registries.add(reactive.asHealthContributors()));
		return new HealthContributorLookup(registries);
	}

	private static GraphProblem unknown(String gate, String health, Set<String> paths) {
		String nearest = NearestName.of(health, paths);
		return new GraphProblem(
				"%s.health is '%s': expected the name of a health contributor, and there %s."
					.formatted(SettingKey.of("gates", gate), health, known(paths)),
				"Correct %s.health.%s One that is switched off by management.health.<name>.enabled cannot be used."
					.formatted(SettingKey.of("gates", gate),
							(nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	private static String known(Set<String> paths) {
		String names = paths.stream()
			.limit(MAX_NAMES)
			.map((path) -> "'" + path + "'")
			.collect(Collectors.joining(", "));
		String more = (paths.size() > MAX_NAMES) ? " and %d more".formatted(paths.size() - MAX_NAMES) : "";
		return paths.isEmpty() ? "are none" : "is " + names + more;
	}

	private static GraphProblem circular(String gate, String health) {
		return new GraphProblem(
				"%s.health names the health contributor '%s', which shows the services themselves: the gate would wait for itself."
					.formatted(SettingKey.of("gates", gate), health),
				"Name the health contributor of a resource in %s.health, such as 'db'. A service that needs another one names it in dependsOn."
					.formatted(SettingKey.of("gates", gate)));
	}

}
