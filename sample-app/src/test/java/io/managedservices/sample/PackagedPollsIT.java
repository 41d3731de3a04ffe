// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the packaged application as a process, and ends it as an orchestrator does.
 */
class PackagedPollsIT {

	private static final int SIGTERM = 143;

	private static final int START_FAILED = 69;

	private static final int GIVEN_UP = 75;

	/** Less than the shutdown timeout, the sign that nothing waited for it. */
	private static final Duration PROMPT = Duration.ofSeconds(20);

	private static final Pattern SECOND_ATTEMPT = Pattern.compile("'connection' failed to start \\(attempt 2[ )]");

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
				.containsSubsequence("Started service 'database'", "Started service 'pollBook'",
						"Started optional service 'statistics'", "Started service 'notifier'")
				.containsSubsequence("Stopped service 'notifier'", "Stopped service 'pollBook'",
						"Stopped service 'database'")
				.containsSubsequence("Stopped service 'ballotBox'", "Stopped service 'database'")
				.containsSubsequence("Stopped optional service 'statistics'", "Stopped service 'pollBook'");
		}
	}

	@Test
	void sigtermWhenTheDatabaseIsAbsentCancelsTheStart() throws Exception {
		try (PollsProcess polls = absentDatabase("await")) {
			polls.awaitLog(SECOND_ATTEMPT);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			assertThat(polls.log()).contains("Start cancelled")
				.doesNotContain("Started service 'database'", "Tomcat started");
		}
	}

	@Test
	void sigtermWhenTheDatabaseIsAbsentInTheBackgroundCancelsTheStart() throws Exception {
		try (PollsProcess polls = absentDatabase("background")) {
			HttpProbe.Answer answer = new HttpProbe(polls.awaitPort(), "/actuator/health/readiness").ask();
			assertThat(answer.status()).isEqualTo(503);
			polls.awaitLog(SECOND_ATTEMPT);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			assertThat(polls.log()).contains("Start cancelled").doesNotContain("Started service 'database'");
		}
	}

	/**
	 * What was done is known from the access log and from the database, what was answered
	 * from the clients: both have to be the same.
	 */
	@Test
	void sigtermUnderLoadLosesNoRequestAndNoVote() throws Exception {
		String url = "jdbc:h2:file:" + this.directory.resolve("polls") + ";DB_CLOSE_ON_EXIT=FALSE";
		try (PollsProcess polls = PollsProcess.start(this.directory, "--spring.datasource.url=" + url,
				"--spring.datasource.username=sa", "--server.tomcat.basedir=" + this.directory.resolve("tomcat"),
				"--server.tomcat.accesslog.enabled=true"); PollsLoad load = new PollsLoad(polls.awaitPort())) {
			load.awaitVotes(100);
			assertThat(polls.terminate(PROMPT)).isEqualTo(SIGTERM);
			load.awaitEnd();
			String accessLog = accessLog();
			assertThat(accessLog.lines().filter((line) -> line.contains("GET /polls HTTP/1.1\" 200 ")))
				.hasSize(load.polls.get());
			assertThat(accessLog.lines().filter((line) -> line.contains("\" 202 "))).hasSize(load.votes.get());
			assertThat(accessLog.lines().filter((line) -> line.contains("\" 500 "))).isEmpty();
			assertThat(load.others).hasValue(0);
			assertThat(votes(url) - votes("jdbc:h2:mem:")).isEqualTo(load.votes.get());
			assertThat(polls.log())
				.containsSubsequence("Quiesced 1 service in", "ballotBox (the last ", "Stopped service 'ballotBox'",
						"Stopped service 'database'")
				.containsSubsequence("Commencing graceful shutdown", "Graceful shutdown complete",
						"Stopped service 'ballotBox'");
		}
	}

	private String accessLog() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.resolve("tomcat").resolve("logs"))) {
			StringBuilder text = new StringBuilder();
			for (Path file : files.toList()) {
				text.append(Files.readString(file));
			}
			return text.toString();
		}
	}

	/**
	 * The sum of all votes, in a new database of those that are there from the beginning.
	 */
	private static long votes(String url) {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(url, "sa", "", true);
		try {
			DatabasePopulatorUtils.execute(new ResourceDatabasePopulator(new ClassPathResource("polls/schema.sql"),
					new ClassPathResource("polls/seed.sql")), dataSource);
			return JdbcClient.create(dataSource).sql("select sum(votes) from choice").query(Long.class).single();
		}
		finally {
			dataSource.destroy();
		}
	}

	@Test
	void processWhenServiceFailsToStartInTheBackgroundEndsWithItsExitCode() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory, "--spring.profiles.active=postgres",
				"--managed-services.startup.on-failure=fail",
				"--managed-services.services.connection.retry.max-retries=1",
				"--spring.datasource.url=jdbc:postgresql://localhost:1/polls")) {
			assertThat(polls.awaitEnd()).isEqualTo(START_FAILED);
			assertThat(polls.log()).contains("APPLICATION FAILED TO START",
					"Service 'connection' failed to start after 2 of 2 attempts");
		}
	}

	@Test
	void processWhenServiceFailsToStartEndsWithTheSameExitCode() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory,
				"--managed-services.services.connection.retry.max-retries=0",
				"--spring.datasource.url=jdbc:postgresql://localhost:1/polls")) {
			assertThat(polls.awaitEnd()).isEqualTo(START_FAILED);
			assertThat(polls.log()).contains("APPLICATION FAILED TO START");
		}
	}

	/**
	 * The database gives no beat, so that the watchdog makes it fail.
	 */
	@Test
	void processWhenServiceIsGivenUpEndsWithItsExitCode() throws Exception {
		try (PollsProcess polls = PollsProcess.start(this.directory, "--managed-services.services.database.watchdog=3s",
				"--managed-services.services.database.restart.max-restarts=0",
				"--managed-services.services.database.restart.on-give-up=shutdown")) {
			assertThat(polls.awaitEnd()).isEqualTo(GIVEN_UP);
			assertThat(polls.log()).contains("Service 'database' was given up", "closed with exit code 75")
				.containsSubsequence("Started service 'pollBook'", "Commencing graceful shutdown");
		}
	}

	private PollsProcess absentDatabase(String mode) throws Exception {
		return PollsProcess.start(this.directory, "--spring.profiles.active=postgres",
				"--managed-services.startup.mode=" + mode,
				"--spring.datasource.url=jdbc:postgresql://localhost:1/polls");
	}

}
