// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the packaged application over a file of H2 that cannot grow for a while, as on a
 * disk that is full.
 */
class FullDiskIT {

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private final Map<Long, Instant> acknowledged = new ConcurrentHashMap<>();

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path directory;

	@Test
	void applicationIsNotReadyWhileItCannotWriteAndRecovers() throws Exception {
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "No prlimit to fill the disk with");
		try (PollsProcess polls = PollsProcess.start(this.directory, "--spring.profiles.active=file");
				PollWriters writers = new PollWriters(polls.awaitPort(), this.acknowledged, new Random(1))) {
			HttpProbe readiness = new HttpProbe(polls.awaitPort(), "/actuator/health/readiness");
			Awaitility.await("polls").atMost(PATIENCE).until(() -> this.acknowledged.size() > 50);
			assertThat(readiness.ask().status()).isEqualTo(200);
			polls.limitFiles(Files.size(PollsFile.in(this.directory)));
			Awaitility.await("not ready").atMost(PATIENCE).until(() -> readiness.ask().status() == 503);
			assertThat(writers.refused.get()).isPositive();
			polls.limitFiles(Long.MAX_VALUE);
			Awaitility.await("ready again").atMost(PATIENCE).until(() -> readiness.ask().status() == 200);
			int before = this.acknowledged.size();
			Awaitility.await("polls again").atMost(PATIENCE).until(() -> this.acknowledged.size() > before + 50);
			polls.kill();
			writers.awaitEnd();
		}
		assertThat(PollsFile.ids(this.directory, "true")).containsAll(this.acknowledged.keySet());
	}

}
