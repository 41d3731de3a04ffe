// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.mockito.Mockito;

import io.managedservices.Conditions;
import io.managedservices.ServiceContext;
import io.managedservices.state.StopReason;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.TaskBody;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;

/**
 * An incarnation of a service whose tasks run on one thread, and that can be stopped.
 */
final class FakeServiceContext {

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((body) -> {
		Thread thread = new Thread(body, "fake-work");
		thread.setDaemon(true);
		return thread;
	});

	private final CompletableFuture<StopReason> stopping = new CompletableFuture<>();

	private final Phaser slots = new Phaser(1);

	private final List<String> failed = new CopyOnWriteArrayList<>();

	private final ServiceContext context = Mockito.mock(ServiceContext.class);

	FakeServiceContext(String name) {
		ServiceWork work = Mockito.mock(ServiceWork.class);
		Mockito.when(this.context.name()).thenReturn(name);
		Mockito.when(this.context.isStopping()).thenAnswer((call) -> this.stopping.isDone());
		Mockito.when(this.context.stopping()).thenReturn(this.stopping);
		Mockito.when(this.context.conditions()).thenReturn(Mockito.mock(Conditions.class));
		Mockito.when(this.context.work()).thenReturn(work);
		Mockito.when(work.task(Mockito.anyString(), Mockito.any(WorkBody.class)))
			.thenAnswer((call) -> new FakeTask(call.getArgument(0), call.getArgument(1)));
		ServiceTask none = Mockito.mock(ServiceTask.class);
		Mockito.when(work.task(Mockito.anyString(), Mockito.any(TaskBody.class))).thenAnswer((call) -> {
			TaskBody body = call.getArgument(1);
			return new FakeTask(call.getArgument(0), () -> body.run(none));
		});
		Mockito.when(work.every(Mockito.anyString(), Mockito.any(), Mockito.any())).thenAnswer((call) -> {
			WorkBody body = call.getArgument(2);
			this.executor.scheduleWithFixedDelay(() -> run("ticker", body), 200, 200, TimeUnit.MILLISECONDS);
			return Mockito.mock(Ticker.class);
		});
		try {
			Mockito.when(work.signal(Mockito.any())).thenAnswer((call) -> signal());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		Mockito.doAnswer((call) -> this.failed.add(call.getArgument(1) + ": " + call.getArgument(2)))
			.when(work)
			.failed(Mockito.any(), Mockito.anyString(), Mockito.any(), Mockito.any());
	}

	private MicroTaskSlot signal() {
		this.slots.register();
		if (this.stopping.isDone()) {
			this.slots.arriveAndDeregister();
			throw new CancellationException();
		}
		AtomicBoolean closed = new AtomicBoolean();
		return () -> {
			if (closed.compareAndSet(false, true)) {
				this.slots.arriveAndDeregister();
			}
		};
	}

	private void run(String name, WorkBody body) {
		if (!this.stopping.isDone()) {
			try {
				body.run();
			}
			catch (Exception ex) {
				this.failed.add(name + ": " + ex);
			}
		}
	}

	ServiceContext get() {
		return this.context;
	}

	List<String> failed() {
		return this.failed;
	}

	/**
	 * Stops it, and waits until what it has in hand has come to its end.
	 */
	void stop() {
		tellToStop();
		this.slots.arriveAndAwaitAdvance();
		this.executor.shutdownNow();
	}

	void tellToStop() {
		this.stopping.complete(StopReason.SHUTDOWN);
	}

	private final class FakeTask implements ServiceTask {

		private final String name;

		private final WorkBody body;

		private final AtomicBoolean queued = new AtomicBoolean();

		FakeTask(String name, WorkBody body) {
			this.name = name;
			this.body = body;
		}

		private ServiceTask after(Duration delay) {
			if (!FakeServiceContext.this.stopping.isDone()) {
				FakeServiceContext.this.executor.schedule(this::run, delay.toNanos(), TimeUnit.NANOSECONDS);
			}
			return this;
		}

		private void run() {
			this.queued.set(false);
			FakeServiceContext.this.run(this.name, this.body);
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public ServiceTask queue() {
			return startAsap();
		}

		@Override
		public ServiceTask queuePrioritized() {
			return startAsap();
		}

		@Override
		public ServiceTask startAsap() {
			return this.queued.compareAndSet(false, true) ? after(Duration.ZERO) : this;
		}

		@Override
		public ServiceTask schedule(Instant time) {
			return after(Duration.between(Instant.now(), time));
		}

		@Override
		public ServiceTask repeat(Duration interval) {
			FakeServiceContext.this.executor.scheduleWithFixedDelay(this::run, interval.toNanos(), interval.toNanos(),
					TimeUnit.NANOSECONDS);
			return this;
		}

		@Override
		public ServiceTask fixedDelay(Duration delay) {
			return repeat(delay);
		}

		@Override
		public ServiceTask initialDelay(Duration delay) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask jitter(Duration longest) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask unschedule() {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask lease(String lease) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask keep() {
			return this;
		}

		@Override
		public ServiceTask cron(String expression, ZoneId zone) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask cron(String expression) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServiceTask maxDelay(Duration maxDelay) {
			return this;
		}

		@Override
		public ServiceTask finishOnStop() {
			return this;
		}

		@Override
		public void cancel() {
		}

	}

}
