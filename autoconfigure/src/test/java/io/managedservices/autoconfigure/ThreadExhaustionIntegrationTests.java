// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what services do while the system really gives no further thread: the address
 * space of the process is limited, and each thread takes a large part of it.
 */
@EnabledOnOs(OS.LINUX)
class ThreadExhaustionIntegrationTests {

	private static final int KILOBYTES = 12_000_000;

	@ParameterizedTest
	@ValueSource(strings = { "--before", "--while" })
	void servicesStartOnceThereAreThreadsAgain(String moment) throws Exception {
		try (ApplicationProcess process = ApplicationProcess.startLimited(KILOBYTES, ExhaustedApplication.class,
				moment)) {
			process.awaitOutput("No further thread for the services could be created");
			assertThat(process.entries()).noneMatch("mail works"::equals);
			process.write();
			assertThat(process.awaitEnd(Duration.ofMinutes(2))).as(process.output()).isZero();
			assertThat(process.entries()).as(process.output())
				.contains("start database", "run", "mail works")
				.endsWith("stop database");
			assertThat(process.output()).contains("Threads for the services could be created again");
		}
	}

}
