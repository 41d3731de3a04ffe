// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.internal.discovery.GateFactory;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what keeps an application without web alive.
 */
@Timeout(300)
class KeepAliveIntegrationTests {

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private static final String THREAD = "managed-services-keep-alive";

	private final Set<Thread> before = threads();

	private final CountDownLatch end = new CountDownLatch(1);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private volatile ServiceContext incarnation;

	private volatile ServiceTask task;

	@AfterEach
	void close() {
		this.end.countDown();
		this.context.close();
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isFalse());
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background" })
	void processWhenOnlyRunnersHaveAnythingToDoEnds(String mode) throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(RunnerApplication.class,
				"--managed-services.startup.mode=" + mode)) {
			assertThat(process.awaitEnd(LIMIT)).isZero();
			assertThat(process.entries()).as(process.output()).contains("run").endsWith("stop database");
			if (mode.equals("await")) {
				assertThat(process.output()).contains("Nothing in the services keeps the application alive");
			}
		}
	}

	@Test
	void processWhenWorkerRunsEndsAfterIt() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(RunnerApplication.class, "--worker=true")) {
			process.awaitOutput(
					"The application goes on after its last runner because of service 'mail' (worker 'listen'). It ends when that does.");
			process.write();
			assertThat(process.awaitEnd(LIMIT)).isZero();
			assertThat(process.entries()).as(process.output()).contains("run").endsWith("listened", "stop database");
		}
	}

	@Test
	void processWhenBootKeepsItAliveGoesOn() throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(RunnerApplication.class,
				"--spring.main.keep-alive=true")) {
			process.awaitOutput("The application goes on after its last runner: spring.main.keep-alive is true.");
			process.terminate();
			process.awaitEnd(LIMIT);
			assertThat(process.entries()).endsWith("stop database");
		}
	}

	@ParameterizedTest
	@EnumSource
	void workKeepsAliveUntilItEnds(Work work) {
		add("mail", new Working());
		refresh();
		// The start itself may have kept the application for a moment.
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isFalse());
		work.begin(this);
		// This thread may be the last one that is not a daemon.
		assertThat(kept()).isTrue();
		this.end.countDown();
		work.end(this);
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isFalse());
	}

	@Test
	void serviceThatIsBeingStartedKeepsAlive() {
		TestPropertyValues.of("managed-services.startup.mode=background").applyTo(this.context);
		Journal journal = new Journal();
		add("blocking", journal.blocking("blocking"));
		refresh();
		assertThat(kept()).isTrue();
		this.context.getBean(ManagedServices.class).stop().join();
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isFalse());
	}

	@Test
	void serviceThatIsRestartedKeepsAliveAndOneThatIsStoppedDoesNot() {
		TestPropertyValues
			.of("managed-services.defaults.restart.delay=1h", "managed-services.defaults.restart.max-delay=1h",
					"managed-services.defaults.restart.window=10h", "managed-services.defaults.restart.max-restarts=1")
			.applyTo(this.context);
		add("mail", new Working());
		refresh();
		ManagedServices services = this.context.getBean(ManagedServices.class);
		services.fail("mail", new IllegalStateException("planted")).join();
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isTrue());
		services.perform(ServiceAction.STOP, "mail").join();
		Awaitility.await().untilAsserted(() -> assertThat(kept()).isFalse());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void gateKeepsAliveOnlyIfAnotherServiceNeedsIt(boolean needed) {
		TestPropertyValues.of("managed-services.gates.gate.health=db").applyTo(this.context);
		this.context.registerBean(GateFactory.class, () -> (name, settings, problems) -> new Working());
		Working mail = new Working();
		this.context.registerBean("mail", ServiceRegistration.class, () -> needed
				? new ServiceRegistration("mail", mail).dependsOn("gate") : new ServiceRegistration("mail", mail));
		refresh();
		assertThat(kept()).isEqualTo(needed);
	}

	@Test
	void itemServiceKeepsAlive() {
		this.context.register(ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class);
		this.context.registerBean(IdleItems.class);
		refresh();
		assertThat(kept()).isTrue();
	}

	private void add(String name, ServiceLifecycle service) {
		this.context.registerBean(name, ServiceRegistration.class, () -> new ServiceRegistration(name, service));
	}

	private void refresh() {
		this.context.register(ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class);
		this.context.refresh();
	}

	private boolean kept() {
		Set<Thread> now = threads();
		now.removeAll(this.before);
		return !now.isEmpty();
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals(THREAD) && !thread.isDaemon())
			.collect(Collectors.toSet());
	}

	private void await() throws InterruptedException {
		this.end.await();
	}

	/**
	 * Work of a service.
	 */
	enum Work {

		WORKER {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.incarnation.work().worker("listen", (context) -> test.await()).start();
			}

		},

		TASK {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.incarnation.work().task("recount", test::await).queue();
			}

		},

		SCHEDULED_TASK {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.task = test.incarnation.work().task("recount", test::await);
				test.task.schedule(Instant.now().plusSeconds(3600));
			}

			@Override
			void end(KeepAliveIntegrationTests test) {
				test.task.cancel();
			}

		},

		REPEATED_TASK {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.task = test.incarnation.work().task("recount", test::await).repeat(Duration.ofHours(1));
			}

			@Override
			void end(KeepAliveIntegrationTests test) {
				test.task.cancel();
			}

		},

		MICRO_TASK {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.incarnation.work().start(MicroTask.high("count"), () -> {
					test.await();
					return 1;
				});
			}

		},

		TICKER {

			@Override
			void begin(KeepAliveIntegrationTests test) {
				test.incarnation.work().every("tick", Duration.ofHours(1), () -> {
				});
			}

			@Override
			void end(KeepAliveIntegrationTests test) {
				test.context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "mail").join();
			}

		};

		abstract void begin(KeepAliveIntegrationTests test);

		void end(KeepAliveIntegrationTests test) {
			// It ends by itself.
		}

	}

	/**
	 * A service that has the work that it is given.
	 */
	private final class Working implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			KeepAliveIntegrationTests.this.incarnation = context;
		}

	}

	/**
	 * Has no items at present.
	 */
	@ManagedService(name = "items")
	static final class IdleItems implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
