// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Status;

import io.managedservices.ScriptedServices;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceStatus}.
 */
class ServiceStatusTests {

	@ParameterizedTest
	@CsvSource({ "NEW, false, true, UNKNOWN", "PREPARING, false, true, OUT_OF_SERVICE", "STOPPED, false, true, UNKNOWN",
			"WAITING, false, true, OUT_OF_SERVICE", "STARTING, false, true, OUT_OF_SERVICE",
			"BACKOFF, false, true, OUT_OF_SERVICE", "RUNNING, true, true, UP", "RUNNING, false, true, OUT_OF_SERVICE",
			"RUNNING, true, false, DOWN", "RUNNING, false, false, DOWN", "STOPPING, false, true, OUT_OF_SERVICE",
			"FAILED, false, false, DOWN" })
	void ofWhenInStateMapsByTable(ServiceState state, boolean ready, boolean healthy, String expected) {
		Vitals vitals = new Vitals(ready, healthy, null, null);
		ScriptedServices services = new ScriptedServices().required("required").optional("optional");
		services.moveAll(state).vitals("required", vitals).vitals("optional", vitals);
		assertThat(ServiceStatus.of(services.snapshot("required"))).isEqualTo(new Status(expected));
		assertThat(ServiceStatus.of(services.snapshot("optional")))
			.isEqualTo(expected.equals("UP") ? Status.UP : ServiceStatus.DEGRADED);
	}

	@ParameterizedTest
	@CsvSource({ "UP, UP", "UNKNOWN, UNKNOWN", "OUT_OF_SERVICE, OUT_OF_SERVICE", "DOWN, DOWN" })
	void degradedWhenAggregatedWithAnotherLeavesTheOther(String other, String expected) {
		Status aggregate = StatusAggregator.getDefault().getAggregateStatus(ServiceStatus.DEGRADED, new Status(other));
		assertThat(aggregate).isEqualTo(new Status(expected));
		assertThat(HttpCodeStatusMapper.getDefault().getStatusCode(ServiceStatus.DEGRADED)).isEqualTo(200);
	}

}
