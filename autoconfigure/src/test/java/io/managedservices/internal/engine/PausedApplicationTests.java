// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of deadlines when the process is stopped for longer than any of them, and
 * goes on: nobody has missed one.
 */
@DisabledOnOs(OS.WINDOWS)
class PausedApplicationTests {

	private static final int SECONDS = 5;

	@TempDir
	private Path directory;

	@Test
	void processThatStandsStillMissesNothing() throws Exception {
		try (EngineProcess process = EngineProcess.start(this.directory, "true", PausedApplication.class)) {
			process.awaitCount("slow start", 1);
			process.standStill(SECONDS);
			process.awaitCount("started", 1);
			for (int pause = 0; pause < 3; pause++) {
				process.awaitCount("checked", process.count("checked") + 3);
				process.standStill(SECONDS);
			}
			process.awaitCount("checked", process.count("checked") + 10);
			process.terminate();
			process.awaitCount("slow stop", 1);
			process.standStill(SECONDS);
			process.awaitCount("slow stopped", 1);
			process.awaitEnd();
			assertThat(process.log()).noneMatch((line) -> line.contains("bad:") || line.contains("ERROR"));
		}
	}

}
