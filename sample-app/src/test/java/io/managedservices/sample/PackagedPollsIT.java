package io.managedservices.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the packaged application as a process, and ends it as an orchestrator does.
 */
class PackagedPollsIT {

	private static final int SIGTERM = 143;

	/** Less than the shutdown timeout, the sign that nothing waited for it. */
	private static final Duration PROMPT = Duration.ofSeconds(20);

	private static final Pattern SECOND_ATTEMPT = Pattern.compile("'connection' did not start at attempt 2,");

	@TempDir
	private Path directory;

	@Test
	void sigtermWhenRunningStopsTheServicesInReverse() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory)) {
			HttpProbe.Answer answer = new HttpProbe(polls.awaitPort(), "/polls").ask();
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.body().split("\"question\":")).hasSize(201);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			assertThat(polls.log())
				.containsSubsequence("'database' runs", "'pollBook' runs", "'statistics' runs", "'notifier' runs")
				.containsSubsequence("'notifier' stopped", "'pollBook' stopped", "'database' stopped")
				.containsSubsequence("'statistics' stopped", "'pollBook' stopped");
		}
	}

	@Test
	void sigtermWhenTheDatabaseIsAbsentCancelsTheStart() throws Exception {
		try (PollsProcess polls = absentDatabase("await")) {
			polls.awaitLog(SECOND_ATTEMPT);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			assertThat(polls.log()).contains("The start was cancelled")
				.doesNotContain("'database' runs", "Tomcat started");
		}
	}

	@Test
	void sigtermWhenTheDatabaseIsAbsentInTheBackgroundCancelsTheStart() throws Exception {
		try (PollsProcess polls = absentDatabase("background")) {
			HttpProbe.Answer answer = new HttpProbe(polls.awaitPort(), "/actuator/health/readiness").ask();
			assertThat(answer.status()).isEqualTo(503);
			polls.awaitLog(SECOND_ATTEMPT);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			assertThat(polls.log()).contains("The start was cancelled").doesNotContain("'database' runs");
		}
	}

	private PollsProcess absentDatabase(String mode) throws Exception {
		return PollsProcess.start(this.directory, "--spring.profiles.active=postgres",
				"--managed-services.startup.mode=" + mode,
				"--spring.datasource.url=jdbc:postgresql://localhost:1/polls");
	}

}
