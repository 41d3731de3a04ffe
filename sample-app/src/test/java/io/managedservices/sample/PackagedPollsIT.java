package io.managedservices.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the packaged application as a process, and ends it as an orchestrator does.
 */
class PackagedPollsIT {

	private static final int SIGTERM = 143;

	@TempDir
	private Path directory;

	@Test
	void sigtermWhenRunningStopsTheServicesInReverse() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory)) {
			HttpProbe.Answer answer = new HttpProbe(polls.awaitPort(), "/polls").ask();
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.body().split("\"question\":")).hasSize(201);
			assertThat(polls.terminate(Duration.ofSeconds(15))).isEqualTo(SIGTERM);
			assertThat(polls.log()).containsSubsequence("stopped", "stopped");
		}
	}

	@Test
	void sigtermWhenTheDatabaseIsAbsentEndsTheStart() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory, "--spring.profiles.active=postgres",
				"--managed-services.startup.mode=await",
				"--spring.datasource.url=jdbc:postgresql://localhost:1/polls")) {
			polls.awaitLog(java.util.regex.Pattern.compile("database"));
			assertThat(polls.terminate(Duration.ofSeconds(15))).isEqualTo(SIGTERM);
		}
	}

}
