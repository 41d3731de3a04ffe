// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.managedservices.autoconfigure.ExitingApplication.Place;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link System#exit} in all places.
 */
@Timeout(300)
class ProcessExitIntegrationTests {

	/** Much less than the stop timeout, and than half of the shutdown timeout. */
	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String[] TIMEOUTS = { "--managed-services.defaults.stop-timeout=5m",
			"--managed-services.defaults.health.timeout=5m", "--spring.lifecycle.timeout-per-shutdown-phase=10m" };

	@ParameterizedTest
	@EnumSource
	void exitStopsServicesInOrderAndWaitsForNothingInVain(Place place) throws Exception {
		try (ApplicationProcess process = start("--place=" + place)) {
			process.awaitEntry("exit");
			assertThat(process.awaitEnd(LIMIT)).isEqualTo(7);
			List<String> expected = new ArrayList<>(List.of("prepare database", "start database", "stop database"));
			if (place == Place.PREPARE) {
				expected.removeAll(List.of("start database", "stop database"));
			}
			if (place != Place.REFRESH) {
				// Spring destroys nothing while the thread that refreshes is in there.
				expected.add("close pool");
			}
			assertThat(process.entries()).as(process.output())
				.filteredOn((entry) -> !entry.equals("exit"))
				.containsExactlyElementsOf(expected);
		}
	}

	@Test
	void exitInBackgroundModeInStartStopsServicesInOrder() throws Exception {
		try (ApplicationProcess process = start("--place=START", "--managed-services.startup.mode=background")) {
			process.awaitEntry("exit");
			assertThat(process.awaitEnd(LIMIT)).isEqualTo(7);
			assertThat(process.entries()).as(process.output()).endsWith("exit", "stop database", "close pool");
		}
	}

	private static ApplicationProcess start(String... arguments) throws IOException {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of(TIMEOUTS));
		return ApplicationProcess.start(ExitingApplication.class, all.toArray(String[]::new));
	}

}
