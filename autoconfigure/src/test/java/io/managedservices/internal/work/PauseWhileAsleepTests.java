// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for work that waits for its service to be woken, or holds off its stop, on real
 * threads.
 */
class PauseWhileAsleepTests {

	private final ThreadBackend backend = ThreadBackend.platform();

	private final ServiceEngine engine = new ServiceEngine(
			ServiceGraph.of(List.of(SteppedWork.service("db", (started) -> this.context = started))),
			EngineSettings.DEFAULTS, this.backend, new WorkEngine(WorkSettings.DEFAULTS, this.backend, null));

	private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

	private volatile @Nullable ServiceContext context;

	private ServiceWork started() throws Exception {
		this.engine.start().get(10, TimeUnit.SECONDS);
		ServiceContext started = this.context;
		assertThat(started).isNotNull();
		return started.work();
	}

	@AfterEach
	void stop() throws Exception {
		this.engine.stop().get(30, TimeUnit.SECONDS);
	}

	private void assertTold(String expected) throws InterruptedException {
		assertThat(this.told.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
	}

	@Test
	void pauseWhenServiceIsAwakeReturnsAtOnce() throws Exception {
		ServiceWork work = started();
		assertThat(work.isAsleep()).isFalse();
		assertThat(work.pauseWhileAsleep()).isTrue();
	}

	@Test
	void pauseWhenServiceIsWokenGoesOn() throws Exception {
		ServiceWork work = started();
		this.engine.sleep("db");
		assertThat(work.isAsleep()).isTrue();
		work.worker("w", (worker) -> {
			this.told.add("asleep " + worker.isAsleep());
			this.told.add("goes on " + worker.pauseWhileAsleep() + ", asleep " + worker.isAsleep());
		}).heartbeat(Duration.ofMillis(1)).start();
		work.task("t", () -> this.told.add("task goes on " + work.pauseWhileAsleep())).queue();
		assertTold("asleep true");
		this.engine.wake("db");
		assertThat(List.of(take(), take())).containsExactlyInAnyOrder("goes on true, asleep false",
				"task goes on true");
		assertThat(this.engine.work("db").failures()).isEmpty();
	}

	private String take() throws InterruptedException {
		String next = this.told.poll(10, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	@Test
	void pauseWhenServiceStopsEndsWithoutAnInterrupt() throws Exception {
		ServiceWork work = started();
		this.engine.sleep("db");
		CountDownLatch began = new CountDownLatch(2);
		work.worker("w", (worker) -> {
			began.countDown();
			this.told.add(worker.pauseWhileAsleep() + " " + Thread.currentThread().isInterrupted());
		}).start();
		work.task("t", () -> {
			began.countDown();
			this.told.add(work.pauseWhileAsleep() + " " + Thread.currentThread().isInterrupted());
		}).queue();
		assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
		this.engine.perform(ServiceAction.STOP, "db").get(10, TimeUnit.SECONDS);
		assertTold("false false");
		assertTold("false false");
	}

	@Test
	void pauseWhenFutureOfWorkerIsCancelledEnds() throws Exception {
		ServiceWork work = started();
		this.engine.sleep("db");
		CountDownLatch began = new CountDownLatch(1);
		boolean cancelled = work.worker("w", (worker) -> {
			began.countDown();
			this.told.add("goes on " + worker.pauseWhileAsleep());
		}).start().cancel(true);
		assertThat(cancelled).isTrue();
		if (began.await(0, TimeUnit.SECONDS)) {
			assertTold("goes on false");
		}
	}

	@Test
	void ifRunningWhenServiceStopsHoldsOffTheStop() throws Exception {
		ServiceWork work = started();
		boolean done = work.ifRunning("read", () -> {
			this.engine.perform(ServiceAction.STOP, "db");
			this.told.add(this.engine.snapshot("db").state() + " " + Thread.currentThread().isInterrupted());
		});
		assertThat(done).isTrue();
		assertTold("STOPPING false");
		Awaitility.await().until(() -> this.engine.snapshot("db").state() == ServiceState.STOPPED);
		assertThat(work.ifRunning("read", () -> this.told.add("done"))).isFalse();
		assertThat(this.told).isEmpty();
	}

	@Test
	void ifRunningWhenServiceStartsDoesNothing() throws Exception {
		ServiceEngine other = new ServiceEngine(
				ServiceGraph.of(List.of(SteppedWork.service("db",
						(starting) -> this.told
							.add("done " + starting.work().ifRunning("read", () -> this.told.add("inside")))))),
				EngineSettings.DEFAULTS, this.backend, new WorkEngine(WorkSettings.DEFAULTS, this.backend, null));
		other.start().get(10, TimeUnit.SECONDS);
		assertTold("done false");
		other.stop().get(10, TimeUnit.SECONDS);
	}

}
