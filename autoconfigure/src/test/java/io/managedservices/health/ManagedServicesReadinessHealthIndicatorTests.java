// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.managedservices.ScriptedServices;
import io.managedservices.Shown;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ManagedServicesReadinessHealthIndicator}.
 */
class ManagedServicesReadinessHealthIndicatorTests {

	private final ScriptedServices services = new ScriptedServices();

	private final ManagedServicesReadinessHealthIndicator indicator = new ManagedServicesReadinessHealthIndicator(
			() -> this.services, () -> Shown.TEXTS);

	@Test
	void healthWhenAllRequiredAreReadyIsUp() {
		this.services.required("database").optional("statistics").move("database", ServiceState.RUNNING);
		assertThat(this.indicator.health()).isEqualTo(Health.up().build());
	}

	@Test
	void healthWhenRequiredIsNotReadyIsOutOfServiceAndNamesIt() {
		this.services.required("database").required("pollBook", "database").move("database", ServiceState.RUNNING);
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(this.indicator.health().getDetails()).containsEntry("notReady", 1)
			.containsEntry("services", Map.of("pollBook", "STOPPED"));
	}

	@Test
	void healthWhenTenThousandAreNotReadyNamesTwenty() {
		for (int number = 0; number < 10_000; number++) {
			this.services.required("service" + number);
		}
		Health health = this.indicator.health();
		assertThat(health.getDetails()).containsEntry("notReady", 10_000);
		assertThat(health.getDetails().get("services")).asInstanceOf(InstanceOfAssertFactories.MAP)
			.hasSize(20)
			.containsKeys("service0", "service19");
	}

}
