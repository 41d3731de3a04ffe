// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.managedservices.Restart;
import io.managedservices.Restart.Policy;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettingsCheck;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GateSettings}.
 */
class GateSettingsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void overWhenNothingIsConfiguredAsksForEver() {
		ServiceSettings settings = gate(SECOND.multipliedBy(5), SECOND.multipliedBy(2)).over(ServiceSettings.DEFAULTS);
		assertThat(settings.retry()).isEqualTo(new RetrySettings(RetrySettings.UNLIMITED, SECOND, 2,
				SECOND.multipliedBy(5), Duration.ZERO, List.of(), List.of(Throwable.class)));
		assertThat(settings.restart().maxRestarts()).isEqualTo(RestartSettings.UNLIMITED);
		assertThat(settings.restart().backoff()).isEqualTo(RestartSettings.DEFAULTS.backoff());
		assertThat(settings.health())
			.isEqualTo(new ServiceSettings.Health(SECOND.multipliedBy(5), SECOND.multipliedBy(3), 2));
		assertThat(settings.startTimeout()).isEqualTo(ServiceSettings.DEFAULTS.startTimeout());
	}

	@Test
	void overWhenDefaultsWouldEndTheGateDoesNotTakeThem() {
		ServiceSettings defaults = ServiceSettings.DEFAULTS.withTimeouts(SECOND, SECOND, SECOND)
			.withRetry(new RetrySettings(0, SECOND, 2, SECOND, Duration.ZERO, List.of(IllegalStateException.class)))
			.withRestart(new RestartSettings(Policy.NEVER, 0, SECOND, RestartSettings.DEFAULTS.backoff(),
					Restart.OnGiveUp.SHUTDOWN))
			.withHealth(new ServiceSettings.Health(SECOND, SECOND, 0))
			.withWatchdog(SECOND);
		ServiceSettings settings = gate(Duration.ofMillis(100), SECOND.multipliedBy(2)).over(defaults);
		assertThat(settings.startTimeout()).isEqualTo(SECOND.multipliedBy(3));
		assertThat(settings.retry().excludes()).isEmpty();
		assertThat(settings.retry().delay()).isEqualTo(Duration.ofMillis(100));
		assertThat(settings.restart().policy()).isEqualTo(Policy.ON_FAILURE);
		assertThat(settings.watchdog()).isNull();
	}

	@Test
	void overWhenTimeoutIsLongestIsValid() {
		ServiceSettings settings = gate(SECOND, Duration.ofDays(36_500)).over(ServiceSettings.DEFAULTS);
		assertThat(ServiceSettingsCheck.of("db", settings, (setting) -> setting)).isEmpty();
	}

	private static GateSettings gate(Duration interval, Duration timeout) {
		return new GateSettings("db", interval, timeout, 2);
	}

}
