// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.lifecycle.ManagedServicesQuiesceLifecycle;
import io.managedservices.internal.lifecycle.ServicesExitCode;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ManagedServicesQuiesceLifecycle}, and for the end of an application
 * whose service was given up, in application contexts.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class QuiesceLifecycleIntegrationTests {

	private final Journal journal = new Journal();

	@Test
	void phaseIsBetweenGracefulShutdownAndDefault() {
		assertThat(ManagedServicesQuiesceLifecycle.PHASE).isGreaterThan(Integer.MAX_VALUE - 1024)
			.isLessThan(SmartLifecycle.DEFAULT_PHASE);
	}

	@Test
	void closeQuiescesBeforeTheWebServerDrainsAndStopsAfterIt() {
		try (AnnotationConfigApplicationContext context = context()) {
			context.refresh();
			this.journal.clear();
		}
		assertThat(this.journal.entries()).containsExactly("quiesce queue", "drain", "stop queue");
	}

	@Test
	void pauseAndRestartQuiesceStopAndStartAgain() {
		try (AnnotationConfigApplicationContext context = context()) {
			context.refresh();
			for (int round = 0; round < 2; round++) {
				this.journal.clear();
				context.pause();
				context.restart();
				assertThat(this.journal.entries()).containsExactly("quiesce queue", "drain", "stop queue",
						"start queue");
			}
			this.journal.clear();
			context.stop();
			context.start();
			assertThat(this.journal.entries()).containsExactly("quiesce queue", "drain", "stop queue", "start queue");
			this.journal.clear();
		}
		assertThat(this.journal.entries()).containsExactly("quiesce queue", "drain", "stop queue");
	}

	@Test
	void closeWhenServicesAreStoppedTellsThemNothing() {
		try (AnnotationConfigApplicationContext context = context()) {
			context.refresh();
			context.stop();
			this.journal.clear();
		}
		assertThat(this.journal.entries()).isEmpty();
	}

	@Test
	void closeWhenQuiesceHangsGoesOnAndTellsWho(CapturedOutput output) {
		CountDownLatch never = new CountDownLatch(1);
		try (AnnotationConfigApplicationContext context = context()) {
			TestPropertyValues.of("managed-services.shutdown.timeout=400ms").applyTo(context);
			add(context, new ServiceRegistration("mailer", new ServiceLifecycle() {

				@Override
				public void quiesce(ServiceContext incarnation) throws InterruptedException {
					incarnation.status("3 mails to send");
					never.await();
				}

			}));
			context.refresh();
		}
		assertThat(this.journal.entries()).endsWith("drain", "stop queue");
		assertThat(output)
			.containsPattern("Service 'mailer' is still running its quiesce after \\d+ ms "
					+ "\\(half of managed-services.shutdown.timeout\\), interrupted at:")
			.containsPattern("1 of 2 services did not quiesce: mailer after \\d+ ms \\(3 mails to send\\)");
	}

	@Test
	void applicationWhenRequiredServiceIsGivenUpIsClosedWithExitCode(CapturedOutput output) {
		AnnotationConfigApplicationContext context = context();
		TestPropertyValues
			.of("managed-services.services.queue.restart.on-give-up=shutdown",
					"managed-services.services.queue.restart.policy=never")
			.applyTo(context);
		AtomicInteger exitCode = new AtomicInteger();
		context
			.addApplicationListener((ApplicationListener<ExitCodeEvent>) (event) -> exitCode.set(event.getExitCode()));
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		services.fail("queue", new IllegalStateException("broken"));
		Awaitility.await().until(() -> !context.isActive());
		assertThat(exitCode).hasValue(ServicesExitCode.GIVEN_UP.getExitCode());
		assertThat(output).contains(
				"Service 'queue' was given up, and managed-services.services.queue.restart.on-give-up is 'shutdown'");
	}

	@Test
	void applicationWhenFirstStartIsGivenUpIsClosedWithExitCodeOnceItHasStarted() throws Exception {
		AnnotationConfigApplicationContext context = context();
		CountDownLatch requested = new CountDownLatch(1);
		TestPropertyValues
			.of("managed-services.startup.on-failure=continue",
					"managed-services.services.mailer.restart.on-give-up=shutdown",
					"managed-services.services.mailer.retry.max-retries=0")
			.applyTo(context);
		context.registerBean("requested", LifecycleListener.class, () -> (event) -> {
			if (event instanceof LifecycleEvent.ShutdownRequested) {
				requested.countDown();
			}
		});
		add(context, new ServiceRegistration("mailer", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext incarnation) {
				throw new IllegalStateException("no mail server");
			}

		}));
		// Holds up the start of all until the other one was given up.
		add(context, new ServiceRegistration("slow", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext incarnation) throws Exception {
				requested.await();
			}

		}));
		AtomicInteger exitCode = new AtomicInteger();
		context
			.addApplicationListener((ApplicationListener<ExitCodeEvent>) (event) -> exitCode.set(event.getExitCode()));
		context.refresh();
		Awaitility.await().until(() -> !context.isActive());
		assertThat(exitCode).hasValue(ServicesExitCode.GIVEN_UP.getExitCode());
		assertThat(this.journal.entries()).endsWith("quiesce queue", "drain", "stop queue");
	}

	@Test
	void applicationWhenOptionalServiceIsGivenUpGoesOn() throws Exception {
		try (AnnotationConfigApplicationContext context = context()) {
			TestPropertyValues.of("managed-services.defaults.restart.on-give-up=shutdown",
					"managed-services.defaults.restart.policy=never", "managed-services.services.queue.required=false")
				.applyTo(context);
			context.refresh();
			ManagedServices services = context.getBean(ManagedServices.class);
			services.whenRunning("queue").get(10, TimeUnit.SECONDS);
			List<LifecycleEvent> events = new CopyOnWriteArrayList<>();
			services.addListener(events::add);
			services.fail("queue", new IllegalStateException("broken"));
			Awaitility.await().until(() -> events.stream().anyMatch(LifecycleEvent.EpisodeClosed.class::isInstance));
			assertThat(events).noneMatch(LifecycleEvent.ShutdownRequested.class::isInstance);
			assertThat(context.isActive()).isTrue();
		}
	}

	private AnnotationConfigApplicationContext context() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class);
		add(context, new ServiceRegistration("queue", new Queue(this.journal)));
		context.registerBean("drain", SmartLifecycle.class, () -> new Drain(this.journal));
		return context;
	}

	private static void add(AnnotationConfigApplicationContext context, ServiceRegistration registration) {
		context.registerBean(registration.getName(), ServiceRegistration.class, () -> registration);
	}

	private static final class Queue implements ServiceLifecycle {

		private final Journal journal;

		Queue(Journal journal) {
			this.journal = journal;
		}

		@Override
		public void start(ServiceContext context) {
			this.journal.add("start queue");
		}

		@Override
		public void quiesce(ServiceContext context) {
			this.journal.add("quiesce queue");
		}

		@Override
		public void stop(ServiceContext context) {
			this.journal.add("stop queue");
		}

	}

	/**
	 * Stands where the graceful shutdown of a web server does.
	 */
	private static final class Drain implements SmartLifecycle {

		private final Journal journal;

		private volatile boolean running;

		Drain(Journal journal) {
			this.journal = journal;
		}

		@Override
		public int getPhase() {
			return Integer.MAX_VALUE - 1024;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.journal.add("drain");
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
