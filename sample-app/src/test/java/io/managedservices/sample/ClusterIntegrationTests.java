package io.managedservices.sample;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import io.managedservices.ManagedServices;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs two instances of the application over one real PostgreSQL.
 */
class ClusterIntegrationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final int POLLS = 20;

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
	void instancesThatStartTogetherShareThePolls() {
		CompletableFuture<ConfigurableApplicationContext> starting = CompletableFuture.supplyAsync(() -> run("one"));
		try (ConfigurableApplicationContext two = run("two"); ConfigurableApplicationContext one = starting.join()) {
			assertThat(count("poll")).isEqualTo(300);
			assertThat(count("choice")).isEqualTo(900);
			awaitReady(one);
			awaitReady(two);
			assertThat(attemptOfDatabase(one)).isEqualTo(1);
			assertThat(attemptOfDatabase(two)).isEqualTo(1);
			List<Long> polls = create(one, Duration.ofSeconds(4));
			awaitClosed(polls);
			awaitNotServed(one);
			awaitNotServed(two);
			List<Long> left = create(one, Duration.ofSeconds(4));
			SpringApplication.exit(one);
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

	private static void awaitNotServed(ConfigurableApplicationContext context) {
		Awaitility.await("not served").atMost(PATIENCE).until(() -> !polls(context).contains("Shared?"));
	}

	private static void awaitReady(ConfigurableApplicationContext context) {
		Awaitility.await("ready")
			.atMost(PATIENCE)
			.until(() -> probe(context, "/actuator/health/readiness").ask().status() == 200);
	}

	private static int attemptOfDatabase(ConfigurableApplicationContext context) {
		return context.getBean(ManagedServices.class).snapshot("database").attempt().number();
	}

	private static List<Long> create(ConfigurableApplicationContext context, Duration duration) {
		OffsetDateTime closesAt = OffsetDateTime.now().plus(duration);
		Polls polls = context.getBean(Polls.class);
		return IntStream.range(0, POLLS)
			.mapToObj((number) -> polls.create(new NewPoll("Shared?", null, closesAt)))
			.toList();
	}

	private static String polls(ConfigurableApplicationContext context) {
		return probe(context, "/polls").ask().body();
	}

	private static HttpProbe probe(ConfigurableApplicationContext context, String path) {
		return new HttpProbe(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class), path);
	}

	private int count(String table) {
		return this.client.sql("select count(*) from " + table).query(Integer.class).single();
	}

	private ConfigurableApplicationContext run(String instance) {
		return new SpringApplicationBuilder(PollsApplication.class).profiles("cluster")
			.run("--server.port=0", "--managed-services.startup.mode=await", "--polls.instance=" + instance,
					"--spring.datasource.url=" + this.postgres.getJdbcUrl("postgres", "postgres"),
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
	}

}
