// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.work.WorkSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResolvedWork}.
 */
class ResolvedWorkTests {

	private final List<GraphProblem> problems = new ArrayList<>();

	@Test
	void resolveWhenNothingIsConfiguredIsDefaults() {
		assertThat(resolve(Map.of())).isEqualTo(WorkSettings.DEFAULTS);
		assertThat(this.problems).isEmpty();
	}

	@Test
	void resolveWhenAllIsConfiguredTakesIt() {
		assertThat(resolve(Map.of("managed-services.work.task-slots", "3", "managed-services.work.long-task", "10s",
				"managed-services.work.micro-tasks.limit", "5", "managed-services.work.micro-tasks.medium-max-delay",
				"200ms", "managed-services.work.micro-tasks.low-max-delay", "0s", "managed-services.work.max-threads",
				"20", "managed-services.work.failures-kept", "1")))
			.isEqualTo(new WorkSettings(3, Duration.ofSeconds(10), 5, Duration.ofMillis(200), Duration.ZERO, 20, 1));
		assertThat(this.problems).isEmpty();
	}

	private WorkSettings resolve(Map<String, String> properties) {
		ManagedServicesProperties bound = new Binder(new MapConfigurationPropertySource(properties))
			.bindOrCreate("managed-services", ManagedServicesProperties.class);
		return ResolvedWork.of(bound.work(), this.problems);
	}

}
