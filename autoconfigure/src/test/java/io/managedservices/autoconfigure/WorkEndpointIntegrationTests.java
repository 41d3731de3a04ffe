// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for work over HTTP, while it goes on.
 */
class WorkEndpointIntegrationTests {

	private static final String ALL = "/actuator/managedservices";

	private static final String MAIL = ALL + "/mail";

	@Test
	void getShowsWorkWhileItGoesOn() {
		try (ServedServices application = run(WebApplicationType.SERVLET, "managed-services.work.task-slots=1",
				"managed-services.work.micro-tasks.limit=2", "managed-services.work.micro-tasks.medium-max-delay=1h",
				"managed-services.work.micro-tasks.low-max-delay=1h")) {
			Mail mail = application.context().getBean(Mail.class);
			mail.beginTasks();
			awaitWork(application, "$.work.tasks[?(@.state == 'RUNNING')].name", List.of("first"));
			CompletableFuture<Void> microTasks = mail.beginMicroTasks();
			awaitWork(application, "$.work.microTasks.running", 3);
			Answer during = application.get(MAIL);
			assertThat(during.<List<String>>json("$.work.workers[*].name")).containsExactly("listener");
			assertThat(during.<List<String>>json("$.work.workers[*].state")).containsExactly("RUNNING");
			assertThat(during.<List<String>>json("$.work.tasks[*].name")).containsExactly("first", "later", "second");
			assertThat(during.<List<String>>json("$.work.tasks[*].state")).containsExactly("RUNNING", "IDLE", "QUEUED");
			assertThat(Instant.parse(during.json("$.work.tasks[1].next"))).isAfter(Instant.now());
			assertThat(during.<List<String>>json("$.work.tickers[*].name")).containsExactly("hourly");
			assertThat(during.<String>json("$.work.tickers[0].interval")).isEqualTo("PT1H");
			assertThat(during.<Integer>json("$.work.tasksQueued")).isEqualTo(1);
			assertThat(during.<Map<String, Object>>json("$.work.microTasks")).containsEntry("mediumWaiting", 1)
				.containsEntry("lowWaiting", 1);
			assertThat(application.get(ALL).<Map<String, Integer>>json("$.workload"))
				.containsAllEntriesOf(Map.of("taskSlots", 1, "tasksRunning", 1, "tasksQueued", 1, "microTaskLimit", 2,
						"microTasksRunning", 3, "mediumWaiting", 1, "lowWaiting", 1));

			mail.release.countDown();
			microTasks.join();
			awaitWork(application, "$.work.tasks[*].state", List.of("IDLE", "IDLE", "IDLE"));
			awaitWork(application, "$.work.microTasks.finished", 5);
			awaitWork(application, "$.work.workers", List.of());
			Answer after = application.get(MAIL);
			assertThat(after.<List<String>>json("$.work.tasks[?(@.lastRun)].name")).containsExactly("first", "second");
			assertThat(after.<List<String>>json("$.work.tasks[*].lastDuration")).hasSize(2);
			assertThat(after.<List<String>>json("$.work.tasks[*].lastFailure")).singleElement()
				.isEqualTo("java.lang.IllegalStateException: no paper");
			assertThat(after.<List<String>>json("$.work.failures[*].error"))
				.containsExactly("java.lang.IllegalStateException: no paper");
			assertThat(after.<String>json("$.work.failures[0].stack[0]")).startsWith(Mail.class.getName() + ".")
				.contains("(WorkEndpointIntegrationTests.java:");
			Awaitility.await()
				.untilAsserted(() -> assertThat(application.get(ALL).<Map<String, Integer>>json("$.workload"))
					.containsAllEntriesOf(Map.of("tasksRunning", 0, "tasksQueued", 0, "microTasksRunning", 0,
							"mediumWaiting", 0, "lowWaiting", 0)));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void postOfSleepHoldsTickersAndScheduledTasksUntilWake(WebApplicationType type) {
		try (ServedServices application = run(type, "management.endpoint.managedservices.access=unrestricted")) {
			Mail mail = application.context().getBean(Mail.class);
			mail.tickOften();
			Awaitility.await().untilAtomic(mail.ticks, (ticks) -> assertThat(ticks).isPositive());
			post(application, "sleep");
			awaitWork(application, "$.work.asleep", true);
			awaitWork(application, "$.work.tickers[?(@.name == 'often')].next", List.of());
			mail.scheduleNow();
			awaitWork(application, "$.work.tasks[?(@.name == 'scheduled')].state", List.of("QUEUED"));
			assertThat(mail.runs).hasValue(0);
			assertThat(application.get(ALL).<Integer>json("$.workload.tasksQueued")).isZero();

			int before = mail.ticks.get();
			post(application, "wake");
			Awaitility.await().untilAtomic(mail.ticks, (ticks) -> assertThat(ticks).isGreaterThan(before));
			Awaitility.await().untilAtomic(mail.runs, (runs) -> assertThat(runs).isEqualTo(1));
			assertThat(application.get(MAIL).<Boolean>json("$.work.asleep")).isFalse();
		}
	}

	private static void post(ServedServices application, String action) {
		Answer accepted = application.post(MAIL, "{\"action\": \"" + action + "\"}");
		assertThat(accepted.code()).isEqualTo(202);
		String path = ALL + "?operation=" + accepted.<String>json("$.operation");
		Awaitility.await()
			.untilAsserted(() -> assertThat(application.get(path).<String>json("$.status")).isEqualTo("SUCCEEDED"));
	}

	private static void awaitWork(ServedServices application, String path, Object expected) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(application.get(MAIL).<Object>json(path)).isEqualTo(expected));
	}

	private static ServedServices run(WebApplicationType type, String... properties) {
		return ServedServices.run(Application.class, type,
				Stream.concat(Stream.of(ServedServices.SHOWN), Stream.of(properties)).toArray(String[]::new));
	}

	@ManagedService(name = "mail")
	static class Mail implements ServiceLifecycle {

		private static final MicroTask MEDIUM = MicroTask.medium("medium");

		private final CountDownLatch release = new CountDownLatch(1);

		private final AtomicInteger ticks = new AtomicInteger();

		private final AtomicInteger runs = new AtomicInteger();

		private volatile @Nullable ServiceWork work;

		@Override
		public void start(ServiceContext context) {
			this.work = context.work();
			context.work().worker("listener", (worker) -> this.release.await()).start();
			context.work().every("hourly", Duration.ofHours(1), () -> {
			});
		}

		ServiceWork work() {
			return Objects.requireNonNull(this.work);
		}

		void beginTasks() {
			work().task("later", () -> {
			}).repeat(Duration.ofHours(1));
			work().task("first", this.release::await).queue();
			work().task("second", () -> {
				throw new IllegalStateException("no paper");
			}).queue();
		}

		CompletableFuture<Void> beginMicroTasks() {
			return CompletableFuture.allOf(start(MEDIUM), start(MEDIUM), start(MEDIUM), start(MicroTask.low("low")),
					start(MicroTask.high("high")));
		}

		private CompletableFuture<Boolean> start(MicroTask microTask) {
			return work().start(microTask, () -> {
				this.release.await();
				return true;
			});
		}

		void tickOften() {
			work().every("often", Duration.ofMillis(1), this.ticks::incrementAndGet);
		}

		void scheduleNow() {
			work().task("scheduled", this.runs::incrementAndGet).schedule(Instant.now());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		Mail mail() {
			return new Mail();
		}

	}

}
