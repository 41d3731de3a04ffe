// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the application while PostgreSQL is absent, and starts a real one 3 s after the
 * first attempt to reach it has failed.
 */
class LatePostgresIntegrationTests {

	private static final Duration DELAY = Duration.ofSeconds(3);

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);

	private final AtomicInteger readyEvents = new AtomicInteger();

	private final int webPort = FreePort.find();

	private final int databasePort = FreePort.find();

	private final HttpProbe readiness = new HttpProbe(this.webPort, "/actuator/health/readiness");

	private final HttpProbe polls = new HttpProbe(this.webPort, "/polls");

	private final CompletableFuture<StartedPostgres> postgres = new CompletableFuture<>();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	@BeforeEach
	void probeReadiness() {
		Future<?> unused = this.threads.scheduleWithFixedDelay(this.readiness::ask, 0, 20, TimeUnit.MILLISECONDS);
	}

	@AfterEach
	void stopPostgres() throws Exception {
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		if (this.postgres.isDone()) {
			this.postgres.get().server().close();
		}
	}

	private void startPostgresLater(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.StateChanged changed && changed.service().name().equals("connection")
				&& changed.service().state() == ServiceState.BACKOFF && this.scheduled.compareAndSet(false, true)) {
			Future<?> unused = this.threads.schedule(this::startPostgres, DELAY.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void startPostgres() {
		try {
			this.postgres.complete(StartedPostgres.on(this.databasePort));
		}
		catch (Exception ex) {
			this.postgres.completeExceptionally(ex);
		}
	}

	@Test
	void readinessWhenStartIsInBackgroundGoesFrom503To200() throws Exception {
		try (ConfigurableApplicationContext context = run("background")) {
			assertThat(this.postgres).isNotDone();
			assertThat(this.readiness.ask().status()).isEqualTo(503);
			HttpProbe.Answer absent = this.polls.ask();
			assertThat(absent.status()).isEqualTo(503);
			assertThat(absent.body()).contains("\"title\":\"Service Unavailable\"", "pollBook", "connection");
			awaitReadiness(200);
			assertThatReadinessFollowed(context);
		}
	}

	/**
	 * In this mode the web server opens when the services run, so that a probe is refused
	 * while the database is absent. Then the server answers 503 until the application is
	 * ready, which is held up here until the probe has seen it.
	 */
	@Test
	void readinessWhenStartIsAwaitedIsRefusedThenGoesFrom503To200() throws Exception {
		Future<ConfigurableApplicationContext> running = this.threads
			.submit(() -> run("await", (ApplicationStartedEvent event) -> awaitReadiness(503)));
		try (ConfigurableApplicationContext context = running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
			awaitReadiness(200);
			assertThatReadinessFollowed(context);
			HttpProbe.Answer opened = this.readiness.changes().get(1);
			assertThat(opened.status()).isEqualTo(503);
			assertThat(opened.nanoTime()).isGreaterThan(this.postgres.get().beginning());
		}
	}

	private void assertThatReadinessFollowed(ConfigurableApplicationContext context) throws Exception {
		assertThat(this.readiness.changes()).extracting(HttpProbe.Answer::status)
			.containsExactly(HttpProbe.REFUSED, 503, 200);
		assertThat(this.readiness.changes().get(2).nanoTime()).isGreaterThan(this.postgres.get().beginning());
		assertThat(this.readyEvents).hasValue(1);
		ManagedServices services = context.getBean(ManagedServices.class);
		assertThat(services.snapshots()).extracting(ServiceSnapshot::name)
			.containsExactlyInAnyOrder("connection", "database", "pollBook", "statistics", "notifier", "ballotBox",
					"voteListener", "pollOpening", "pollClosing");
		assertThat(services.snapshot("connection").attempt().number()).isGreaterThan(1);
		assertThat(services.snapshot("pollBook").state()).isEqualTo(ServiceState.RUNNING);
		HttpProbe.Answer answer = this.polls.ask();
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("Shall the youth parliament be in Tartu?");
	}

	private void awaitReadiness(int status) {
		Awaitility.await("readiness " + status)
			.atMost(PATIENCE)
			.until(this.readiness::changes, (changes) -> !changes.isEmpty()
					&& changes.stream().anyMatch((answer) -> answer.status() == status));
	}

	private ConfigurableApplicationContext run(String mode, ApplicationListener<?>... listeners) {
		return new SpringApplicationBuilder(PollsApplication.class).profiles("postgres")
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(LifecycleListener.class,
					() -> this::startPostgresLater))
			.listeners((ApplicationReadyEvent event) -> this.readyEvents.incrementAndGet())
			.listeners(listeners)
			.run("--server.port=" + this.webPort, "--managed-services.startup.mode=" + mode,
					"--spring.datasource.url=jdbc:postgresql://localhost:" + this.databasePort + "/postgres",
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
	}

	/**
	 * A PostgreSQL that was started.
	 *
	 * @param server the server
	 * @param beginning when its start began, on the clock of {@link System#nanoTime()}
	 */
	private record StartedPostgres(EmbeddedPostgres server, long beginning) {

		static StartedPostgres on(int port) throws IOException {
			long beginning = System.nanoTime();
			return new StartedPostgres(EmbeddedPostgres.builder().setPort(port).setPGStartupWait(PATIENCE).start(),
					beginning);
		}

	}

}
