// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.ExitCodeEvent;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycle;
import io.managedservices.internal.lifecycle.ServicesStartException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link ManagedServicesLifecycle} in application contexts.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ManagedServicesLifecycleIntegrationTests {

	private final Journal journal = new Journal();

	private volatile boolean interrupted;

	@Test
	void startAndStopWithContext() {
		try (AnnotationConfigApplicationContext context = chain("database", "pollBook")) {
			context.refresh();
			assertThat(this.journal.entries()).containsExactly("start database", "start pollBook");
			assertThat(context.getBean(ManagedServices.class).isReady()).isTrue();
		}
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@Test
	void phaseIsBetweenExecutorsAndWebServer() {
		try (AnnotationConfigApplicationContext context = chain("database")) {
			context.refresh();
			int phase = context.getBean(ManagedServicesLifecycle.class).getPhase();
			assertThat(phase).isEqualTo(ManagedServicesLifecycle.PHASE)
				.isGreaterThan(Integer.MAX_VALUE / 2)
				.isLessThan(Integer.MAX_VALUE - 2048);
		}
	}

	@Test
	void stopAndStartOfContextRestartsServices() {
		try (AnnotationConfigApplicationContext context = chain("database", "pollBook")) {
			context.refresh();
			for (int round = 0; round < 3; round++) {
				this.journal.clear();
				context.stop();
				assertThat(this.journal.entries()).containsExactly("stop pollBook", "stop database");
				assertThat(context.getBean(ManagedServicesLifecycle.class).isRunning()).isFalse();
				this.journal.clear();
				context.start();
				assertThat(this.journal.entries()).containsExactly("start database", "start pollBook");
				assertThat(context.getBean(ManagedServicesLifecycle.class).isRunning()).isTrue();
			}
		}
	}

	@Test
	void closeWhenFacadeStartedAfterStopOfContextStopsServices() throws Exception {
		AnnotationConfigApplicationContext context = chain("database", "pollBook");
		context.refresh();
		context.stop();
		context.start();
		context.stop();
		this.journal.clear();
		ManagedServices services = context.getBean(ManagedServices.class);
		services.start().get(10, TimeUnit.SECONDS);
		assertThat(context.getBean(ManagedServicesLifecycle.class).isRunning()).isTrue();
		context.close();
		assertThat(this.journal.entries()).containsExactly("start database", "start pollBook", "stop pollBook",
				"stop database");
	}

	@Test
	void closeWhenFacadeIsStartingLeavesNothingRunning() {
		AnnotationConfigApplicationContext context = chain("database", "pollBook");
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		for (int round = 0; round < 20; round++) {
			context.stop();
			CompletableFuture<Void> unused = services.start();
		}
		context.close();
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.STOPPED);
	}

	@Test
	void startWhenContextIsClosingOrClosedIsRefused() {
		AnnotationConfigApplicationContext context = chain("database", "pollBook");
		AtomicReference<Throwable> duringClose = new AtomicReference<>();
		context.registerBean("lower", SmartLifecycle.class,
				() -> new RecordedLifecycle(this.journal, new AtomicInteger()) {

					@Override
					public void stop() {
						duringClose.set(catchThrowable(() -> context.getBean(ManagedServices.class).start()));
						super.stop();
					}

				});
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		context.close();
		assertThat(duringClose.get()).isInstanceOf(IllegalStateException.class)
			.hasMessageStartingWith("The services cannot be started: the application context is being closed");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(services::start);
		assertThat(this.journal.entries()).endsWith("stop pollBook", "stop database", "lower stops");
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.STOPPED);
	}

	@Test
	void waitingForServiceEndsWhenContextIsClosed() {
		AnnotationConfigApplicationContext context = chain("database");
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		context.stop();
		CompletableFuture<?> running = services.whenRunning("database");
		CompletableFuture<?> provided = services.whenProvided("database", Object.class);
		assertThat(running).isNotDone();
		context.close();
		assertClosed(running);
		assertClosed(provided);
		assertClosed(services.whenRunning("database"));
		assertClosed(services.whenProvided("database", Object.class));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> services.get("database", ServiceLifecycle.class, Duration.ofSeconds(50)));
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> services.awaitProvided("database", Object.class, Duration.ofSeconds(50)));
	}

	@Test
	void operationWhenContextIsClosedEnds() {
		AnnotationConfigApplicationContext context = chain("database");
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		context.close();
		for (ServiceAction action : ServiceAction.values()) {
			assertThat(services.perform(action, "database").handle((result, failure) -> true)).as(action.name())
				.succeedsWithin(Duration.ofSeconds(20));
		}
		assertThat(services.activate(Map.of("database", Activation.DISABLED))).succeedsWithin(Duration.ofSeconds(20));
		assertThat(services.stop()).succeedsWithin(Duration.ofSeconds(20));
		assertThat(services.quiesce()).succeedsWithin(Duration.ofSeconds(20));
		assertThat(services.snapshot("database").state()).isEqualTo(ServiceState.STOPPED);
	}

	private static void assertClosed(CompletableFuture<?> future) {
		assertThat(future).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(ServiceException.class)
			.withMessageEndingWith("Service 'database' does not run: the application is closed, or is being closed");
	}

	@Test
	void closeOfChildContextLeavesServicesOfParentAlone() throws Exception {
		try (AnnotationConfigApplicationContext context = chain("database")) {
			context.refresh();
			AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
			child.setParent(context);
			child.refresh();
			child.close();
			context.getBean(ManagedServices.class).start().get(10, TimeUnit.SECONDS);
			assertThat(context.getBean(ManagedServices.class).isReady()).isTrue();
		}
	}

	@Test
	void refreshWhenItFailsAfterStartByFacadeStopsServices() {
		AnnotationConfigApplicationContext context = chain("database");
		AtomicReference<ManagedServices> services = new AtomicReference<>();
		context.registerBean("lower", SmartLifecycle.class,
				() -> new RecordedLifecycle(this.journal, new AtomicInteger()) {

					@Override
					public void start() {
						services.set(context.getBean(ManagedServices.class));
						services.get().start().join();
						throw new IllegalStateException("no start today");
					}

				});
		assertThat(catchThrowable(context::refresh)).hasRootCauseMessage("no start today");
		assertThat(this.journal.entries()).containsExactly("start database", "stop database");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> services.get().start());
	}

	@Test
	void pauseAndRestartOfContextRestartsServices() {
		try (AnnotationConfigApplicationContext context = chain("database", "pollBook")) {
			context.refresh();
			this.journal.clear();
			context.pause();
			assertThat(this.journal.entries()).containsExactly("stop pollBook", "stop database");
			context.restart();
			assertThat(this.journal.entries()).containsExactly("stop pollBook", "stop database", "start database",
					"start pollBook");
			this.journal.clear();
			context.restart();
			assertThat(this.journal.entries()).containsExactly("stop pollBook", "stop database", "start database",
					"start pollBook");
		}
	}

	@Test
	void closeWhenStartBlocksStopsWhatWasStarted() throws Exception {
		AnnotationConfigApplicationContext context = chain("database", "pollBook");
		add(context, new ServiceRegistration("blocking", this.journal.blocking("blocking")).dependsOn("database"));
		closeWhileStarting(context);
		assertThat(this.journal.entries()).contains("start database", "start blocking");
		assertThat(this.journal.entries()).filteredOn((entry) -> entry.startsWith("start "))
			.allSatisfy((entry) -> assertThat(this.journal.entries()).contains(entry.replace("start", "stop")));
		assertThat(this.journal.entries()).endsWith("stop database");
	}

	@Test
	void closeWhenStartBlocksUninterruptiblyWaitsForNoLongerThanItsTimeout() throws Exception {
		AnnotationConfigApplicationContext context = chain("database");
		TestPropertyValues.of("managed-services.defaults.stop-timeout=300ms").applyTo(context);
		CompletableFuture<Void> release = new CompletableFuture<>();
		add(context, new ServiceRegistration("stubborn", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext incarnation) {
				ManagedServicesLifecycleIntegrationTests.this.journal.signalBlocked();
				release.join();
			}

		}).dependsOn("database"));
		try {
			closeWhileStarting(context);
			assertThat(this.journal.entries()).containsExactly("start database", "stop database");
		}
		finally {
			release.complete(null);
		}
	}

	@Test
	void closeWhenPrepareBlocksStartsNothing() throws Exception {
		AnnotationConfigApplicationContext context = chain("database", "pollBook");
		add(context, new ServiceRegistration("blocking", this.journal.blockingPrepare("blocking")));
		closeWhileStarting(context);
		assertThat(this.journal.entries()).containsExactly("prepare blocking");
	}

	@Test
	void closeWhenBackingOffStopsWhatWasStarted() throws Exception {
		AnnotationConfigApplicationContext context = chain("database");
		TestPropertyValues
			.of("managed-services.services.failing.retry.delay=1h",
					"managed-services.services.failing.retry.max-delay=1h")
			.applyTo(context);
		add(context, new ServiceRegistration("failing", this.journal.failing("failing")).dependsOn("database"));
		CompletableFuture<Throwable> refresh = refresh(context);
		// The context is not refreshed yet, or its services are not known yet.
		Awaitility.await()
			.ignoreException(IllegalStateException.class)
			.until(() -> context.getBean(ManagedServices.class).snapshot("failing").state() == ServiceState.BACKOFF);
		context.close();
		assertInterrupted(refresh);
		assertThat(this.journal.entries()).containsExactly("start database", "start failing", "stop failing",
				"stop database");
	}

	@Test
	void stopOfFacadeWhileContextStartsFailsRefresh() throws Exception {
		AnnotationConfigApplicationContext context = chain("database");
		add(context, new ServiceRegistration("blocking", this.journal.blocking("blocking")).dependsOn("database"));
		CompletableFuture<Throwable> refresh = refresh(context);
		this.journal.awaitBlocked();
		context.getBean(ManagedServices.class).stop();
		assertThat(refresh.get(20, TimeUnit.SECONDS))
			.hasRootCauseMessage("The start was cancelled: all services are being stopped");
		assertThat(this.journal.entries()).containsExactly("start database", "start blocking", "stop blocking",
				"stop database");
	}

	@Test
	void startWhenRequiredServiceFailsStopsAllInOrderBeforeRefreshFails() {
		AnnotationConfigApplicationContext context = chain("first", "second", "third");
		TestPropertyValues.of("managed-services.defaults.retry.max-retries=0").applyTo(context);
		add(context, new ServiceRegistration("failing", this.journal.failing("failing")).dependsOn("third"));
		add(context, new ServiceRegistration("waiting", this.journal.service("waiting")).dependsOn("failing"));
		AtomicInteger lowerPhase = new AtomicInteger();
		context.registerBean("lower", SmartLifecycle.class, () -> new RecordedLifecycle(this.journal, lowerPhase));
		assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(context::refresh)
			.havingCause()
			.isInstanceOfSatisfying(ServicesStartException.class, (failure) -> {
				assertThat(failure.getService()).isEqualTo("failing");
				assertThat(failure.getRootCauses()).hasSize(1);
				assertThat(failure.getRootCauses().get(0).service().name()).isEqualTo("failing");
				assertThat(failure.getRootCauses().get(0).chains()).hasSize(1);
				assertThat(failure.getRootCauses().get(0).chains().get(0)).containsExactly("waiting", "failing");
			})
			.havingCause()
			.withMessage("no failing today");
		assertThat(this.journal.entries()).containsExactly("lower starts", "start first", "start second", "start third",
				"start failing", "stop failing", "stop third", "stop second", "stop first", "lower stops");
	}

	@Test
	void startWhenOptionalServiceFailsGoesOn() {
		try (AnnotationConfigApplicationContext context = chain("database")) {
			TestPropertyValues.of("managed-services.defaults.retry.max-retries=0").applyTo(context);
			add(context, new ServiceRegistration("failing", this.journal.failing("failing")).required(false));
			context.refresh();
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.isReady()).isTrue();
			Awaitility.await().until(() -> services.snapshot("failing").state() == ServiceState.FAILED);
			assertThat(services.isHealthy()).isTrue();
		}
	}

	@Test
	void startWhenOnFailureIsContinueGoesOn() {
		try (AnnotationConfigApplicationContext context = chain("database")) {
			TestPropertyValues
				.of("managed-services.defaults.retry.max-retries=0", "managed-services.startup.on-failure=continue")
				.applyTo(context);
			add(context, new ServiceRegistration("failing", this.journal.failing("failing")));
			context.refresh();
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.isReady()).isFalse();
			assertThat(services.isHealthy()).isFalse();
			assertThat(services.snapshot("database").state()).isEqualTo(ServiceState.RUNNING);
		}
		assertThat(this.journal.entries()).endsWith("stop database");
	}

	@Test
	void startWhenStartupTimesOutFails() {
		AnnotationConfigApplicationContext context = chain("database");
		TestPropertyValues.of("managed-services.startup.timeout=200ms").applyTo(context);
		add(context, new ServiceRegistration("blocking", this.journal.blocking("blocking")).dependsOn("database"));
		add(context, new ServiceRegistration("waiting", this.journal.service("waiting")).dependsOn("blocking"));
		assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(context::refresh)
			.havingCause()
			.isInstanceOfSatisfying(ServicesStartException.class, (failure) -> {
				assertThat(failure.getService()).isNull();
				assertThat(failure.getRootCauses()).hasSize(1);
				assertThat(failure.getRootCauses().get(0).service().name()).isEqualTo("blocking");
				assertThat(failure.getRootCauses().get(0).service().state()).isEqualTo(ServiceState.STARTING);
			});
		assertThat(this.journal.entries()).containsExactly("start database", "start blocking", "stop blocking",
				"stop database");
	}

	@Test
	void backgroundModeDoesNotWait() throws Exception {
		AnnotationConfigApplicationContext context = chain("database");
		TestPropertyValues.of("managed-services.startup.mode=background").applyTo(context);
		add(context, new ServiceRegistration("blocking", this.journal.blocking("blocking")).dependsOn("database"));
		context.refresh();
		ManagedServices services = context.getBean(ManagedServices.class);
		this.journal.awaitBlocked();
		assertThat(services.isReady()).isFalse();
		assertThat(context.isActive()).isTrue();
		context.close();
		assertThat(this.journal.entries()).containsExactly("start database", "start blocking", "stop blocking",
				"stop database");
	}

	@Test
	void backgroundModeWhenRequiredServiceFailsReportsItAndClosesContext(CapturedOutput output) {
		AnnotationConfigApplicationContext context = chain("database");
		TestPropertyValues
			.of("managed-services.startup.mode=background", "managed-services.defaults.retry.max-retries=0")
			.applyTo(context);
		add(context, new ServiceRegistration("failing", this.journal.failing("failing")).dependsOn("database"));
		context.registerBean(ExitCodes.class);
		context.refresh();
		ExitCodes exitCodes = context.getBean(ExitCodes.class);
		Awaitility.await().until(() -> !context.isActive());
		assertThat(this.journal.entries()).containsExactly("start database", "start failing", "stop failing",
				"stop database");
		assertThat(exitCodes.last).hasValue(69);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Service 'failing' failed to start after 1 of 1 attempts:");
	}

	@Test
	void backgroundModeWhenOnFailureIsContinueKeepsContext() {
		try (AnnotationConfigApplicationContext context = chain("database")) {
			TestPropertyValues
				.of("managed-services.startup.mode=background", "managed-services.startup.on-failure=continue",
						"managed-services.defaults.retry.max-retries=0")
				.applyTo(context);
			add(context, new ServiceRegistration("failing", this.journal.failing("failing")));
			context.refresh();
			ManagedServices services = context.getBean(ManagedServices.class);
			Awaitility.await().until(() -> services.snapshot("failing").state() == ServiceState.FAILED);
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void graphIsCheckedBeforeAnySmartLifecycleStarts() {
		AnnotationConfigApplicationContext context = chain("database");
		add(context, new ServiceRegistration("broken", this.journal.service("broken")).dependsOn("nowhere"));
		context.registerBean("lower", SmartLifecycle.class,
				() -> new RecordedLifecycle(this.journal, new AtomicInteger()));
		assertThat(catchThrowable(context::refresh))
			.hasMessage("Service 'broken' depends on 'nowhere' (dependsOn of ServiceRegistration bean 'broken'), and "
					+ "there is no service of that name.");
		assertThat(this.journal.entries()).isEmpty();
	}

	private AnnotationConfigApplicationContext chain(String... names) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class);
		for (int index = 0; index < names.length; index++) {
			ServiceRegistration registration = new ServiceRegistration(names[index],
					this.journal.service(names[index]));
			add(context, (index > 0) ? registration.dependsOn(names[index - 1]) : registration);
		}
		return context;
	}

	private static void add(AnnotationConfigApplicationContext context, ServiceRegistration registration) {
		context.registerBean(registration.getName(), ServiceRegistration.class, () -> registration);
	}

	private void closeWhileStarting(AnnotationConfigApplicationContext context) throws Exception {
		CompletableFuture<Throwable> refresh = refresh(context);
		this.journal.awaitBlocked();
		// The other thread has to wait for the end of the start before it can be
		// interrupted.
		long begun = System.nanoTime();
		context.close();
		assertInterrupted(refresh);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
	}

	private void assertInterrupted(CompletableFuture<Throwable> refresh)
			throws InterruptedException, ExecutionException, TimeoutException {
		assertThat(refresh.get(10, TimeUnit.SECONDS)).isInstanceOf(ApplicationContextException.class)
			.cause()
			.isInstanceOf(ServicesStartException.class)
			.hasMessage("The start of the services was interrupted, and all of them were stopped.");
		assertThat(this.interrupted).isTrue();
	}

	private CompletableFuture<Throwable> refresh(ConfigurableApplicationContext context) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			Throwable thrown = catchThrowable(context::refresh);
			this.interrupted = Thread.currentThread().isInterrupted();
			failure.complete(thrown);
		}, "refresh");
		thread.start();
		return failure;
	}

	static class ExitCodes {

		final AtomicInteger last = new AtomicInteger();

		@EventListener
		void onExit(ExitCodeEvent event) {
			this.last.set(event.getExitCode());
		}

	}

	private static class RecordedLifecycle implements SmartLifecycle {

		private final Journal journal;

		private final AtomicInteger running;

		RecordedLifecycle(Journal journal, AtomicInteger running) {
			this.journal = journal;
			this.running = running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

		@Override
		public void start() {
			this.running.set(1);
			this.journal.add("lower starts");
		}

		@Override
		public void stop() {
			this.running.set(0);
			this.journal.add("lower stops");
		}

		@Override
		public boolean isRunning() {
			return this.running.get() == 1;
		}

	}

}
