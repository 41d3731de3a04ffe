// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.managedservices.autoconfigure.ManagedServicesProperties.Gate;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.SettingKey;

/**
 * The properties of gates as the context takes them, and what is wrong with them.
 * Stateless.
 */
final class ResolvedGates {

	/** Stands for a value that is reported, so that nothing is reported of it twice. */
	private static final Duration ANY = Duration.ofSeconds(5);

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);

	private ResolvedGates() {
	}

	static Map<String, GateSettings> of(Map<String, Gate> gates, List<GraphProblem> problems) {
		Map<String, GateSettings> resolved = new LinkedHashMap<>();
		gates.forEach((name, gate) -> {
			String prefix = SettingKey.of("gates", name);
			resolved.put(name,
					new GateSettings((gate.health() != null) ? gate.health() : "",
							interval(prefix + ".interval", gate.interval(), problems),
							positive(prefix + ".timeout", gate.timeout(), problems),
							threshold(prefix + ".failure-threshold", gate.failureThreshold(), problems)));
		});
		return resolved;
	}

	// It is the wait for the next query, for ever.
	private static Duration interval(String property, Duration value, List<GraphProblem> problems) {
		if (!ResolvedProperties.isInRange(value) || value.compareTo(SHORTEST_INTERVAL) >= 0) {
			return positive(property, value, problems);
		}
		problems.add(new GraphProblem("%s is invalid: expected 1ms or more, found %s.".formatted(property, value),
				"Correct %s.".formatted(property)));
		return ANY;
	}

	private static Duration positive(String property, Duration value, List<GraphProblem> problems) {
		ResolvedProperties.checkRange(property, value, problems);
		return ResolvedProperties.isInRange(value) ? value : ANY;
	}

	private static int threshold(String property, int value, List<GraphProblem> problems) {
		if (value >= 1) {
			return value;
		}
		problems.add(new GraphProblem("%s is invalid: expected 1 or more, found %d.".formatted(property, value),
				"Correct %s.".formatted(property)));
		return 1;
	}

}
