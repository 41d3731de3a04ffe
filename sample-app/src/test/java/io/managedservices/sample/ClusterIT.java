// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs two instances of the packaged application, each a process, over one real
 * PostgreSQL.
 */
class ClusterIT {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Pattern CREATED = Pattern.compile("\\{\"id\":(\\d+)}");

	private static final int POLLS = 20;

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	private EmbeddedPostgres postgres;

	private JdbcClient client;

	@BeforeEach
	void startPostgres() throws Exception {
		this.postgres = EmbeddedPostgres.builder().setPGStartupWait(PATIENCE).start();
		this.client = JdbcClient.create(this.postgres.getPostgresDatabase());
	}

	@AfterEach
	void stopPostgres() throws Exception {
		this.postgres.close();
	}

	@Test
	void instancesThatStartTogetherShareThePolls() throws Exception {
		try (ClusterInstance one = instance("one"); ClusterInstance two = instance("two")) {
			one.start();
			two.start();
			awaitReady(one);
			awaitReady(two);
			assertThat(count("poll")).isEqualTo(300);
			assertThat(count("choice")).isEqualTo(900);
			assertThat(database(one)).contains("\"attempt\":{\"number\":1");
			assertThat(database(two)).contains("\"attempt\":{\"number\":1");
			List<Long> polls = create(one, Duration.ofSeconds(4));
			awaitClosed(polls);
			awaitNotServed(one);
			awaitNotServed(two);
			List<Long> left = create(one, Duration.ofSeconds(4));
			one.terminate();
			awaitClosed(left);
			awaitNotServed(two);
		}
		assertThat(this.client
			.sql("select count(*) from poll_event join poll on poll.id = poll_event.poll_id "
					+ "where kind = 'OPENED' and at < opens_at or kind = 'CLOSED' and at < closes_at")
			.query(Integer.class)
			.single()).isZero();
	}

	/** The key of the table sees to it that each is there once. */
	private void awaitClosed(List<Long> polls) {
		Awaitility.await("closed")
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.client.sql(
					"select kind from poll_event join poll on poll.id = poll_id where state = 'CLOSED' and id in (:polls)")
				.param("polls", polls)
				.query(String.class)
				.list()).containsOnly("OPENED", "CLOSED").hasSize(2 * POLLS));
	}

	private static void awaitNotServed(ClusterInstance instance) {
		HttpProbe polls = new HttpProbe(instance.port(), "/polls");
		Awaitility.await("not served").atMost(PATIENCE).until(() -> !polls.ask().body().contains("Shared?"));
	}

	private static void awaitReady(ClusterInstance instance) {
		Awaitility.await("ready").atMost(PATIENCE).until(instance::isReady);
	}

	private static String database(ClusterInstance instance) {
		return new HttpProbe(instance.port(), "/actuator/managedservices/database").ask().body();
	}

	private List<Long> create(ClusterInstance instance, Duration duration) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + instance.port() + "/polls"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"question\":\"Shared?\",\"closesAt\":\"%s\"}"
				.formatted(OffsetDateTime.now().plus(duration).toInstant())))
			.build();
		List<Long> polls = new ArrayList<>();
		for (int number = 0; number < POLLS; number++) {
			HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
			Matcher created = CREATED.matcher(response.body());
			assertThat(created.matches()).as("Created, found %d: %s", response.statusCode(), response.body()).isTrue();
			polls.add(Long.valueOf(created.group(1)));
		}
		return polls;
	}

	private int count(String table) {
		return this.client.sql("select count(*) from " + table).query(Integer.class).single();
	}

	private ClusterInstance instance(String name) throws IOException {
		return new ClusterInstance(name, this.directory, this.postgres.getPort(),
				List.of("--managed-services.startup.mode=await"));
	}

}
