// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.ExposedEvent;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureListener;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Task;
import io.managedservices.work.WorkKind;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the life of work that methods declare, and for what is told of
 * it.
 */
@ExtendWith(OutputCaptureExtension.class)
class WorkLifeIntegrationTests {

	@Test
	void declaredWorkBeginsAndEndsWithItsService() {
		try (ServedServices application = run()) {
			ManagedServices services = application.context().getBean(ManagedServices.class);
			Mail mail = application.context().getBean(Mail.class);
			Polls polls = application.context().getBean(Polls.class);
			polls.emit(new Closed(1));
			Awaitility.await()
				.untilAsserted(() -> assertThat(mail.inside).containsExactlyInAnyOrder("listen", "recount", "close 1"));
			WorkSnapshot work = services.work("mail");
			assertThat(work.workers()).extracting(WorkerStatus::name).containsExactly("listen");
			assertThat(work.tasks()).extracting(TaskStatus::name).containsExactly("recount");
			assertThat(mail.threads).containsExactlyInAnyOrder("mail/worker/listen", "mail/task/recount");

			services.perform(ServiceAction.STOP, "mail").join();
			assertThat(mail.insideAtStop).isZero();
			assertThat(mail.interrupted).containsExactlyInAnyOrder("listen", "recount", "close 1");
			assertThat(services.work("mail").workers()).isEmpty();
			assertThat(services.work("mail").tasks()).isEmpty();
			polls.emit(new Closed(2));
			Awaitility.await().until(() -> services.work("mail").events().held() == 1);
			assertThat(mail.inside).isEmpty();

			services.perform(ServiceAction.START, "mail").join();
			Awaitility.await()
				.untilAsserted(() -> assertThat(mail.inside).containsExactlyInAnyOrder("listen", "recount", "close 2"));
			assertThat(services.work("mail").failures()).isEmpty();
		}
	}

	@Test
	void failureReachesReporterAndMetricsAndTheLogOnce(CapturedOutput output) {
		try (ServedServices application = run()) {
			Trouble trouble = application.context().getBean(Trouble.class);
			Observers observers = application.context().getBean(Observers.class);
			MeterRegistry registry = application.context().getBean(MeterRegistry.class);
			trouble.task().queue();
			Awaitility.await().untilAsserted(() -> assertThat(observers.failures).hasSize(1));
			ServiceFailure failure = observers.failures.get(0);
			assertThat(failure.service()).isEqualTo("trouble");
			assertThat(failure.kind()).isEqualTo(WorkKind.TASK);
			assertThat(failure.name()).isEqualTo("fails");
			assertThat(failure.severity()).isEqualTo(Severity.ERROR);
			assertThat(failure.cause()).isInstanceOf(IOException.class).hasMessage("disk on fire");
			assertThat(failure.stack()).isNotEmpty();
			Awaitility.await().untilAsserted(() -> assertThat(observers.published).containsExactly(failure));
			Awaitility.await().untilAsserted(() -> assertThat(failures(registry)).isEqualTo(1));
			assertThat(application.context().getBean(ManagedServices.class).work("trouble").failures())
				.containsExactly(failure);
			Awaitility.await()
				.untilAsserted(() -> assertThat(output).contains("ervice 'trouble': task 'fails' failed"));
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("disk on fire"))).hasSize(1);
	}

	private static double failures(MeterRegistry registry) {
		Counter counter = registry.find("managed.services.work.failures")
			.tags("service", "trouble", "kind", "task")
			.counter();
		return (counter != null) ? counter.count() : 0;
	}

	@Test
	void exposedEventReachesListenersOfSpringAndOfServices() {
		try (ServedServices application = run()) {
			Observers observers = application.context().getBean(Observers.class);
			Polls polls = application.context().getBean(Polls.class);
			polls.emit(new Internal());
			polls.emit(new Closed(7));
			application.context().getBean(ManagedServices.class).emit("polls", new Closed(8));
			Awaitility.await().untilAsserted(() -> assertThat(observers.closed).hasSize(2));
			assertThat(observers.closed).containsExactly(new Closed(7), new Closed(8));
			Awaitility.await().untilAsserted(() -> assertThat(observers.emitted).hasSize(2));
			assertThat(observers.emitted).containsExactly(new LifecycleEvent.Emitted("polls", new Closed(7)),
					new LifecycleEvent.Emitted("polls", new Closed(8)));
			assertThat(observers.internal).hasValue(0);
		}
	}

	@Test
	void exposedEventsWhenMoreWaitThanIsConfiguredAreDroppedAndShown(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		Path file = Files.writeString(directory.resolve("application.yml"), """
				managed-services:
				  work:
				    exposed-event-buffer: 2
				""");
		CountDownLatch hangs = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (ServedServices application = ServedServices.run(Application.class, WebApplicationType.NONE,
				"spring.config.location=" + file.toUri())) {
			ManagedServices services = application.context().getBean(ManagedServices.class);
			Observers observers = application.context().getBean(Observers.class);
			Polls polls = application.context().getBean(Polls.class);
			observers.onClosed = () -> {
				hangs.countDown();
				release.await();
			};
			try {
				polls.emit(new Closed(0));
				assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
				Awaitility.await().until(() -> observers.emitted.size() == 1);
				for (int id = 1; id <= 5; id++) {
					polls.emit(new Closed(id));
				}
				Awaitility.await().until(() -> services.work("polls").events().exposedDropped() == 3);
				Awaitility.await()
					.untilAsserted(() -> assertThat(output).contains("2 exposed events wait for the listener")
						.contains("raise managed-services.work.exposed-event-buffer"));
			}
			finally {
				release.countDown();
			}
			Awaitility.await().untilAsserted(() -> assertThat(observers.closed).hasSize(3));
			assertThat(observers.closed).containsExactly(new Closed(0), new Closed(1), new Closed(2));
			MeterRegistry registry = application.context().getBean(MeterRegistry.class);
			// It comes with the first look after there was such work.
			registry.get("managed.services.ready").gauges().forEach(Gauge::value);
			assertThat(registry.get("managed.services.work.events.exposed.dropped")
				.tag("service", "polls")
				.functionCounter()
				.count()).isEqualTo(3);
		}
	}

	private static ServedServices run() {
		return ServedServices.run(Application.class, WebApplicationType.NONE);
	}

	@ExposedEvent
	record Closed(int id) {

	}

	record Internal() {

	}

	@ManagedService(name = "mail")
	static class Mail implements ServiceLifecycle {

		private final List<String> inside = new CopyOnWriteArrayList<>();

		private final List<String> interrupted = new CopyOnWriteArrayList<>();

		private final List<String> threads = new CopyOnWriteArrayList<>();

		private volatile int insideAtStop = -1;

		@Override
		public void stop(ServiceContext context) {
			this.insideAtStop = this.inside.size();
		}

		@Worker
		void listen(WorkerContext worker) throws InterruptedException {
			this.threads.add(Thread.currentThread().getName());
			block(worker.name());
		}

		@Task(every = "1ms")
		void recount() throws InterruptedException {
			this.threads.add(Thread.currentThread().getName());
			block("recount");
		}

		@OnServiceEvent(source = "polls")
		void on(Closed closed) throws InterruptedException {
			block("close " + closed.id());
		}

		private void block(String name) throws InterruptedException {
			this.inside.add(name);
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted.add(name);
				throw ex;
			}
			finally {
				this.inside.remove(name);
			}
		}

	}

	@ManagedService(name = "polls")
	static class Polls implements ServiceLifecycle {

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
		}

		void emit(Object event) {
			Objects.requireNonNull(this.context).events().emit(event);
		}

	}

	@ManagedService(name = "trouble")
	static class Trouble implements ServiceLifecycle {

		private volatile @Nullable ServiceTask task;

		@Override
		public void start(ServiceContext context) {
			this.task = context.work().task("fails", () -> {
				throw new IOException("disk on fire");
			});
		}

		ServiceTask task() {
			return Objects.requireNonNull(this.task);
		}

	}

	@FunctionalInterface
	interface Call {

		void call() throws InterruptedException;

	}

	static class Observers implements LifecycleListener, ServiceFailureListener {

		private final List<ServiceFailure> failures = new CopyOnWriteArrayList<>();

		private final List<ServiceFailure> published = new CopyOnWriteArrayList<>();

		private final List<LifecycleEvent> emitted = new CopyOnWriteArrayList<>();

		private final List<Closed> closed = new CopyOnWriteArrayList<>();

		private final AtomicInteger internal = new AtomicInteger();

		private volatile Call onClosed = () -> {
		};

		@Override
		public void onFailure(ServiceFailure failure) {
			this.failures.add(failure);
		}

		@Override
		public void onEvent(LifecycleEvent event) {
			if (event instanceof LifecycleEvent.Emitted exposed) {
				this.emitted.add(exposed);
			}
		}

		@EventListener
		void on(LifecycleEvent.WorkFailed failed) {
			this.published.add(failed.failure());
		}

		@EventListener
		void on(Closed event) throws InterruptedException {
			this.onClosed.call();
			this.closed.add(event);
		}

		@EventListener
		void on(Internal event) {
			this.internal.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		Mail mail() {
			return new Mail();
		}

		@Bean
		Polls polls() {
			return new Polls();
		}

		@Bean
		Trouble trouble() {
			return new Trouble();
		}

		@Bean
		Observers observers() {
			return new Observers();
		}

	}

}
