// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the application over a real PostgreSQL that goes away and comes back: killed, and
 * behind a network that swallows everything.
 */
class GateIntegrationTests {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Duration INTERVAL = Duration.ofMillis(300);

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);

	private final AtomicInteger readyEvents = new AtomicInteger();

	private final AtomicInteger closedEvents = new AtomicInteger();

	/** Who stopped and who came to run, in order. */
	private final List<String> steps = new CopyOnWriteArrayList<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	private static final int SERVICES = 9;

	private final int webPort = FreePort.find();

	private final int databasePort = FreePort.find();

	private final HttpProbe readiness = new HttpProbe(this.webPort, "/actuator/health/readiness");

	private final HttpProbe polls = new HttpProbe(this.webPort, "/polls");

	@TempDir
	private Path directory;

	private KillablePostgres postgres;

	@BeforeEach
	void startPostgres() throws Exception {
		this.postgres = new KillablePostgres(this.directory.resolve("data"), this.databasePort);
		this.postgres.start();
	}

	@AfterEach
	void stopPostgres() throws Exception {
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		this.postgres.close();
	}

	@Test
	void servicesWhenPostgresIsKilledStopInOrderAndComeBackWithIt() throws Exception {
		try (ConfigurableApplicationContext context = run(this.databasePort)) {
			assertThatAllRun();
			this.postgres.kill();
			assertThatAllStopInOrder();
			assertThat(this.failures).singleElement()
				.satisfies((failure) -> assertThat(failure).hasMessageContaining("Health contributor 'db'"));
			assertThatApplicationIsNotReady();
			this.postgres.close();
			long beginning = System.nanoTime();
			this.postgres.start();
			assertThatAllRunAgain(context, beginning);
		}
	}

	@Test
	void servicesWhenConnectionHangsStopInOrderAndComeBackWithIt() throws Exception {
		try (TcpProxy proxy = new TcpProxy(this.databasePort);
				ConfigurableApplicationContext context = run(proxy.port())) {
			assertThatAllRun();
			proxy.hold();
			assertThatAllStopInOrder();
			assertThat(this.failures).singleElement()
				.satisfies((failure) -> assertThat(failure).isInstanceOf(TimeoutException.class)
					.hasMessageContaining("did not answer within PT1S"));
			ManagedServices services = context.getBean(ManagedServices.class);
			await("a second attempt", () -> services.snapshot("connection").attempt().number() > 1);
			assertThat(services.snapshot("connection").failure()).isInstanceOf(TimeoutException.class);
			assertThatApplicationIsNotReady();
			long beginning = System.nanoTime();
			proxy.forward();
			assertThatAllRunAgain(context, beginning);
		}
	}

	private void assertThatAllRun() {
		assertThatStepsAreAStart(0);
		this.steps.clear();
		await("ready", () -> this.readiness.ask().status() == 200);
		this.readiness.changes().clear();
		Future<?> unused = this.threads.scheduleWithFixedDelay(this.readiness::ask, 0, 20, TimeUnit.MILLISECONDS);
		await("a probe", () -> !this.readiness.changes().isEmpty());
	}

	private void assertThatAllStopInOrder() {
		awaitSteps(SERVICES);
		assertThat(this.steps.subList(0, SERVICES)).containsSubsequence("-statistics", "-pollBook", "-database")
			.containsSubsequence("-notifier", "-pollBook")
			.containsSubsequence("-ballotBox", "-database")
			.containsSubsequence("-pollOpening", "-database")
			.containsSubsequence("-pollClosing", "-database")
			.endsWith("-connection")
			.doesNotHaveDuplicates();
	}

	private void assertThatStepsAreAStart(int from) {
		awaitSteps(from + SERVICES);
		assertThat(this.steps.subList(from, from + SERVICES)).startsWith("+connection", "+database")
			.containsSubsequence("+pollBook", "+statistics", "+notifier")
			.contains("+ballotBox", "+pollOpening", "+pollClosing")
			.doesNotHaveDuplicates();
	}

	private void assertThatApplicationIsNotReady() {
		assertThat(this.readiness.ask().status()).isEqualTo(503);
		HttpProbe.Answer answer = this.polls.ask();
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.body()).contains("pollBook", "connection");
	}

	private void assertThatAllRunAgain(ConfigurableApplicationContext context, long beginning) {
		await("ready again", () -> this.readiness.ask().status() == 200);
		assertThat(this.readiness.changes()).extracting(HttpProbe.Answer::status).containsExactly(200, 503, 200);
		assertThat(this.readiness.changes().get(2).nanoTime()).isGreaterThan(beginning);
		assertThatStepsAreAStart(SERVICES);
		assertThat(this.polls.ask().status()).isEqualTo(200);
		assertThat(context.isActive()).isTrue();
		assertThat(this.readyEvents).hasValue(1);
		assertThat(this.closedEvents).hasValue(0);
	}

	private void awaitSteps(int count) {
		await(count + " steps", () -> this.steps.size() >= count);
	}

	private static void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
	}

	private void record(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.EpisodeOpened opened) {
			this.failures.add(opened.cause());
		}
		if (event instanceof LifecycleEvent.StateChanged changed) {
			if (changed.service().state() == ServiceState.RUNNING) {
				this.steps.add("+" + changed.service().name());
			}
			else if (changed.previous() == ServiceState.STOPPING) {
				this.steps.add("-" + changed.service().name());
			}
		}
	}

	private ConfigurableApplicationContext run(int port) {
		return new SpringApplicationBuilder(PollsApplication.class).profiles("postgres")
			.initializers((context) -> ((GenericApplicationContext) context).registerBean(LifecycleListener.class,
					() -> this::record))
			.listeners((ApplicationReadyEvent event) -> this.readyEvents.incrementAndGet())
			.listeners((ContextClosedEvent event) -> this.closedEvents.incrementAndGet())
			.run("--server.port=" + this.webPort, "--managed-services.startup.mode=await",
					"--managed-services.gates.connection.interval=" + INTERVAL,
					"--managed-services.gates.connection.timeout=" + TIMEOUT,
					"--managed-services.services.connection.restart.delay=100ms",
					"--spring.datasource.hikari.connection-timeout=500",
					"--spring.datasource.url=jdbc:postgresql://localhost:" + port + "/postgres",
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
	}

}
