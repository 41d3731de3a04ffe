// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.EndingApplication.End;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the end of an application whose services are being started, above all where
 * Spring takes the thread that refreshes the context for stuck.
 */
@Timeout(300)
class CloseWhileStartingIntegrationTests {

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private final Journal journal = new Journal();

	private final CountDownLatch waiting = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final AtomicBoolean givenUp = new AtomicBoolean();

	@ParameterizedTest
	@CsvSource({ "await, SIGNAL", "await, CLOSE", "await, EXIT", "await, INTERRUPTED_CLOSE_THEN_SIGNAL",
			"await, PAUSE_THEN_SIGNAL", "await, PAUSE_THEN_CLOSE", "background, SIGNAL", "background, CLOSE",
			"background, EXIT", "background, INTERRUPTED_CLOSE_THEN_SIGNAL", "background, PAUSE_THEN_SIGNAL",
			"background, PAUSE_THEN_CLOSE" })
	void processOnBusyMachineStopsWhatWasStartedInOrder(String mode, End end) throws Exception {
		try (ApplicationProcess process = ApplicationProcess.start(EndingApplication.class,
				"--managed-services.startup.mode=" + mode, "--end=" + end, "--spinning=16")) {
			process.awaitEntry("start blocking");
			if (end.name().endsWith("SIGNAL")) {
				if (end != End.SIGNAL) {
					process.awaitEntry("acted");
				}
				process.terminate();
			}
			process.awaitEnd(LIMIT);
			assertThat(process.entries()).as(process.output())
				.filteredOn((entry) -> !entry.equals("acted"))
				.containsExactly("main", "start database", "start blocking", "stop blocking", "stop database",
						"close pool");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background" })
	void closeWhenRefreshWaitsElsewhereBeforeServicesStartStartsNone(String mode) throws Exception {
		AnnotationConfigApplicationContext context = context(mode);
		context.registerBean("stubborn", SmartLifecycle.class, () -> new Stubborn(0));
		assertGivenUp(context);
		assertThat(this.journal.entries()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background" })
	void closeWhenRefreshWaitsElsewhereAfterServicesStartedStopsThem(String mode) throws Exception {
		AnnotationConfigApplicationContext context = context(mode);
		context.registerBean("stubborn", SmartLifecycle.class, () -> new Stubborn(Integer.MAX_VALUE));
		assertGivenUp(context);
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@ParameterizedTest
	@ValueSource(strings = { "await", "background" })
	void closeWhenListenerOfRefreshWaitsStopsServices(String mode) throws Exception {
		AnnotationConfigApplicationContext context = context(mode);
		context.addApplicationListener((ApplicationListener<ContextRefreshedEvent>) (event) -> holdUp());
		assertGivenUp(context);
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@ParameterizedTest
	@CsvSource({ "manual, 2147483647", "manual, 0", "await, 0", "background, 0" })
	void closeWhenRefreshWaitsAfterItStartedServicesItselfStopsThem(String mode, int phase) throws Exception {
		AnnotationConfigApplicationContext context = context(mode);
		context.registerBean("stubborn", SmartLifecycle.class,
				() -> new Stubborn(phase, () -> context.getBean(ManagedServices.class).start().join()));
		assertGivenUp(context);
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@Test
	void closeWhenSpringGivesUpBeforeTheInterruptArrivesStopsServices() throws Exception {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext() {

			@Override
			public boolean isActive() {
				return super.isActive() && !CloseWhileStartingIntegrationTests.this.givenUp.get();
			}

		};
		prepare(context, "await");
		context.registerBean("held", ServiceRegistration.class,
				() -> new ServiceRegistration("held", new Held()).dependsOn("pollBook"));
		CompletableFuture<Throwable> refresh = refresh(context);
		assertThat(this.waiting.await(30, TimeUnit.SECONDS)).isTrue();
		this.givenUp.set(true);
		this.goOn.countDown();
		assertThat(refresh.get(30, TimeUnit.SECONDS)).rootCause().hasMessageContaining("closed while it was starting");
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@ParameterizedTest
	@EnumSource(names = { "STARTING", "RUNNING" })
	void closeWhenContextIsPausedStopsOnce(ServiceState state) throws Exception {
		AnnotationConfigApplicationContext context = context("background");
		if (state == ServiceState.STARTING) {
			context.registerBean("blocking", ServiceRegistration.class,
					() -> new ServiceRegistration("blocking", this.journal.blocking("blocking")));
		}
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		services.whenRunning("pollBook").get(30, TimeUnit.SECONDS);
		context.pause();
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.STOPPED);
		context.close();
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.STOPPED);
		assertThat(this.journal.entries()).filteredOn((entry) -> entry.contains("pollBook"))
			.containsExactly("start pollBook", "stop pollBook");
	}

	@Test
	void closeWhilePausedContextIsRestartedStopsWhatWasStarted() throws Exception {
		AnnotationConfigApplicationContext context = context("await");
		Held held = new Held();
		this.goOn.countDown();
		context.registerBean("held", ServiceRegistration.class,
				() -> new ServiceRegistration("held", held).dependsOn("pollBook"));
		context.refresh();
		context.pause();
		this.journal.clear();
		held.blocks = true;
		CompletableFuture<Throwable> restart = OwnThread.supply(() -> catchThrowable(context::restart));
		Awaitility.await()
			.until(() -> context.getBean(ManagedServices.class).snapshot("held").state() == ServiceState.STARTING);
		context.close();
		assertThat(restart.get(30, TimeUnit.SECONDS)).isNotNull();
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	private AnnotationConfigApplicationContext context(String mode) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		prepare(context, mode);
		return context;
	}

	private void prepare(AnnotationConfigApplicationContext context, String mode) {
		TestPropertyValues.of("managed-services.startup.mode=" + mode).applyTo(context);
		context.register(ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class);
		context.registerBean("database", ServiceRegistration.class,
				() -> new ServiceRegistration("database", this.journal.service("database")));
		context.registerBean("pollBook", ServiceRegistration.class,
				() -> new ServiceRegistration("pollBook", this.journal.service("pollBook")).dependsOn("database"));
	}

	private void assertGivenUp(AnnotationConfigApplicationContext context) throws Exception {
		CompletableFuture<Throwable> refresh = refresh(context);
		assertThat(this.waiting.await(30, TimeUnit.SECONDS)).isTrue();
		if (context.getBeanFactory().containsSingleton("stubborn")
				&& context.getBean("stubborn", SmartLifecycle.class).getPhase() > 0) {
			context.getBean(ManagedServices.class).whenRunning("pollBook").get(30, TimeUnit.SECONDS);
		}
		context.close();
		// That is what it looks like when Spring gives up.
		assertThat(context.isActive()).isFalse();
		assertThat(refresh).isNotDone();
		this.goOn.countDown();
		assertThat(refresh.get(30, TimeUnit.SECONDS)).isNotNull();
		assertThat(context.getBeanFactory().containsSingleton("managedServices")).isFalse();
	}

	private static CompletableFuture<Throwable> refresh(AnnotationConfigApplicationContext context) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		new Thread(() -> failure.complete(catchThrowable(context::refresh)), "refresh").start();
		return failure;
	}

	// Whatever interrupts come.
	private void holdUp() {
		this.waiting.countDown();
		boolean interrupted = false;
		while (true) {
			try {
				this.goOn.await();
				break;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Does not mind being interrupted while it starts.
	 */
	private final class Stubborn implements SmartLifecycle {

		private final int phase;

		private final Runnable before;

		private volatile boolean running;

		Stubborn(int phase) {
			this(phase, () -> {
			});
		}

		Stubborn(int phase, Runnable before) {
			this.phase = phase;
			this.before = before;
		}

		@Override
		public int getPhase() {
			return this.phase;
		}

		@Override
		public void start() {
			this.running = true;
			this.before.run();
			holdUp();
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	/**
	 * Starts when it is told to.
	 */
	private final class Held implements ServiceLifecycle {

		private volatile boolean blocks;

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			CloseWhileStartingIntegrationTests.this.waiting.countDown();
			CloseWhileStartingIntegrationTests.this.goOn.await();
			if (this.blocks) {
				new CountDownLatch(1).await();
			}
		}

	}

}
