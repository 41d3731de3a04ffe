// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Worker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the end of an application that begins inside one of its own services.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class CloseFromInsideIntegrationTests {

	private final List<String> journal = new CopyOnWriteArrayList<>();

	private final CountDownLatch stopping = new CountDownLatch(1);

	private final CountDownLatch stop = new CountDownLatch(1);

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private Runnable end = this.context::close;

	@ParameterizedTest
	@EnumSource
	void closeWhenCalledByWorkStopsServicesBeforeBeansAreDestroyed(Place place, CapturedOutput output)
			throws Exception {
		ManagedServices services = refresh();
		this.context.getBean(Closing.class).act(place, services);
		assertEndedInOrder(services, output);
	}

	@Test
	void exitWhenCalledByWorkerStopsServicesBeforeBeansAreDestroyed(CapturedOutput output) throws Exception {
		this.end = () -> SpringApplication.exit(this.context, () -> 4);
		ManagedServices services = refresh();
		this.context.getBean(Closing.class).act(Place.WORKER, services);
		assertEndedInOrder(services, output);
	}

	@Test
	void closeWhenInterruptedBeforeServicesAreStoppedWaitsForThem(CapturedOutput output) throws Exception {
		this.context.addApplicationListener((ContextClosedEvent event) -> Thread.currentThread().interrupt());
		ManagedServices services = refresh();
		new Thread(this::closeAndTellWhetherInterrupted, "closer").start();
		assertEndedInOrder(services, output);
		assertThat(this.journal).endsWith("interrupted");
	}

	@Test
	void closeWhenInterruptedWhileServicesAreStoppedWaitsForThem(CapturedOutput output) throws Exception {
		ManagedServices services = refresh();
		Thread closer = new Thread(this::closeAndTellWhetherInterrupted, "closer");
		closer.start();
		assertThat(this.stopping.await(30, TimeUnit.SECONDS)).isTrue();
		closer.interrupt();
		Awaitility.await()
			.until(() -> !closer.isAlive() || Arrays.stream(closer.getStackTrace())
				.anyMatch((frame) -> frame.getClassName().equals(DeferredManagedServices.class.getName())));
		closer.interrupt();
		assertEndedInOrder(services, output);
		assertThat(this.journal).endsWith("interrupted");
	}

	private void closeAndTellWhetherInterrupted() {
		this.context.close();
		this.journal.add(Thread.interrupted() ? "interrupted" : "not interrupted");
		this.ended.complete(null);
	}

	@ParameterizedTest
	@EnumSource(names = { "TASK", "MICRO_TASK", "MICRO_TASK_IN_TASK" })
	void closeWhenCalledByWorkThatIsCancelledMeanwhileIsNotInterrupted(Place place, CapturedOutput output)
			throws Exception {
		this.end = this::closeAndTellWhetherInterrupted;
		ManagedServices services = refresh();
		Closing closing = this.context.getBean(Closing.class);
		closing.act(place, services);
		assertThat(this.stopping.await(30, TimeUnit.SECONDS)).isTrue();
		closing.cancel.run();
		assertEndedInOrder(services, output);
		assertThat(this.journal).endsWith("not interrupted");
	}

	@Test
	void closeWhenQuiesceCancelsTheWorkThatCalledItIsNotInterrupted(CapturedOutput output) throws Exception {
		this.end = this::closeAndTellWhetherInterrupted;
		this.stop.countDown();
		this.context.registerBean(Quiescing.class, () -> new Quiescing(this.context.getBean(Closing.class)));
		ManagedServices services = refresh();
		this.context.getBean(Closing.class).act(Place.TASK, services);
		assertEndedInOrder(services, output);
		assertThat(this.journal).endsWith("not interrupted");
	}

	@Test
	void stopAndStartOfContextWhenCalledByTaskRestartServices() throws Exception {
		this.end = () -> {
			this.context.stop();
			this.context.start();
		};
		this.stop.countDown();
		ManagedServices services = refresh();
		this.context.getBean(Closing.class).act(Place.TASK, services);
		this.ended.get(30, TimeUnit.SECONDS);
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.RUNNING);
		Awaitility.await().until(() -> services.workload().tasksRunning() == 0);
		this.context.close();
		assertThat(this.journal).containsExactly("use pool", "use pool", "destroy pool");
	}

	@ParameterizedTest
	@ValueSource(strings = { "closing", "starting" })
	void closeWhenCalledByLifecycleMethodDoesNotWaitForIt(String name) throws Exception {
		this.end = () -> {
			this.stop.countDown();
			this.context.close();
		};
		TestPropertyValues
			.of("managed-services.startup.mode=background", "managed-services.defaults.stop-timeout=5m",
					"managed-services.shutdown.timeout=9s")
			.applyTo(this.context);
		this.context.registerBean(Starting.class, () -> new Starting(name.equals("starting")));
		ManagedServices services = refresh();
		if (name.equals("closing")) {
			services.whenRunning("closing").get(30, TimeUnit.SECONDS);
			this.context.getBean(Closing.class).closing = true;
			CompletableFuture<Void> unused = services.perform(ServiceAction.STOP, "closing");
		}
		long begun = System.nanoTime();
		this.ended.get(30, TimeUnit.SECONDS);
		// It would take all of the shutdown timeout.
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
		assertThat(this.context.isActive()).isFalse();
		assertThat(this.journal).containsExactly("use pool", "destroy pool");
	}

	@Test
	void closeWhenCalledByListenerDoesNotWaitForIt() throws Exception {
		this.stop.countDown();
		this.context.registerBean("listener", LifecycleListener.class, () -> (event) -> {
			if (event instanceof LifecycleEvent.Started) {
				long begun = System.nanoTime();
				end();
				this.journal.add((System.nanoTime() - begun < 1_900_000_000L) ? "in time" : "late");
			}
		});
		refresh();
		Awaitility.await().untilAsserted(() -> assertThat(this.journal).endsWith("in time"));
	}

	private ManagedServices refresh() {
		this.context.register(ManagedServicesAutoConfiguration.class);
		this.context.registerBean("pool", Pool.class, Pool::new);
		this.context.registerBean(Closing.class, Closing::new);
		this.context.registerBean(Slow.class, () -> new Slow(this.context.getBean(Pool.class)));
		this.context.refresh();
		return this.context.getBean(ManagedServices.class);
	}

	private void assertEndedInOrder(ManagedServices services, CapturedOutput output) throws Exception {
		assertThat(this.stopping.await(30, TimeUnit.SECONDS)).isTrue();
		// What ends the application is still inside: it waits for the other.
		Awaitility.await().until(() -> services.snapshot("closing").state() != ServiceState.STOPPING);
		this.stop.countDown();
		this.ended.get(30, TimeUnit.SECONDS);
		assertThat(this.journal).startsWith("use pool", "destroy pool");
		assertThat(this.context.isActive()).isFalse();
		assertThat(services.snapshots()).allMatch((service) -> service.state() == ServiceState.STOPPED);
		assertThat(output).doesNotContain("WARN").doesNotContain("ERROR");
	}

	private void end() {
		try {
			this.end.run();
			this.ended.complete(null);
		}
		catch (Throwable ex) {
			this.ended.completeExceptionally(ex);
			throw ex;
		}
	}

	enum Place {

		TASK, WORKER, MICRO_TASK, MICRO_TASK_IN_TASK, TICKER, HOOK

	}

	/**
	 * What services use.
	 */
	final class Pool implements AutoCloseable {

		void use() {
			CloseFromInsideIntegrationTests.this.journal.add("use pool");
		}

		@Override
		public void close() {
			CloseFromInsideIntegrationTests.this.journal.add("destroy pool");
		}

	}

	/**
	 * Ends the application from inside.
	 */
	@ManagedService(name = "closing")
	final class Closing implements ServiceLifecycle {

		private final CountDownLatch work = new CountDownLatch(1);

		private volatile ServiceContext incarnation;

		private volatile boolean closing;

		private volatile Runnable cancel = () -> {
		};

		@Override
		public void start(ServiceContext started) {
			this.incarnation = started;
		}

		@Override
		public void stop(ServiceContext stopped) {
			if (this.closing) {
				end();
			}
		}

		void act(Place place, ManagedServices services) {
			switch (place) {
				case TASK -> queue(this.incarnation.work().task("close", CloseFromInsideIntegrationTests.this::end));
				case WORKER -> this.work.countDown();
				case MICRO_TASK -> {
					CompletableFuture<Object> future = this.incarnation.work()
						.start(MicroTask.medium("close"),
								Executors.callable(CloseFromInsideIntegrationTests.this::end));
					this.cancel = () -> future.cancel(true);
				}
				case MICRO_TASK_IN_TASK -> queue(this.incarnation.work()
					.task("close",
							() -> this.incarnation.work()
								.run(MicroTask.medium("close"),
										Executors.callable(CloseFromInsideIntegrationTests.this::end))));
				case TICKER -> this.incarnation.work()
					.every("close", Duration.ofMillis(1), CloseFromInsideIntegrationTests.this::end);
				case HOOK -> services.emit("closing", "close");
			}
		}

		private void queue(ServiceTask task) {
			this.cancel = task::cancel;
			task.queue();
		}

		@Worker
		void work() throws InterruptedException {
			this.work.await();
			end();
		}

		@OnServiceEvent
		void on(String event) {
			end();
		}

	}

	/**
	 * Cancels what ends the application.
	 *
	 * @param closing where that is
	 */
	@ManagedService(name = "quiescing")
	record Quiescing(Closing closing) implements ServiceLifecycle {

		@Override
		public void quiesce(ServiceContext quiesced) {
			this.closing.cancel.run();
		}

	}

	/**
	 * Takes a while to stop, and uses what would be destroyed too early.
	 */
	@ManagedService(name = "slow")
	final class Slow implements ServiceLifecycle {

		private final Pool pool;

		Slow(Pool pool) {
			this.pool = pool;
		}

		@Override
		public void stop(ServiceContext stopped) throws InterruptedException {
			CloseFromInsideIntegrationTests.this.stopping.countDown();
			CloseFromInsideIntegrationTests.this.stop.await();
			this.pool.use();
		}

	}

	/**
	 * Ends the application while it starts.
	 */
	@ManagedService(name = "starting", dependsOn = "slow")
	final class Starting implements ServiceLifecycle {

		private final boolean closing;

		Starting(boolean closing) {
			this.closing = closing;
		}

		@Override
		public void start(ServiceContext started) {
			if (this.closing) {
				end();
			}
		}

	}

}
