// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettings.Health;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.work.WorkerContext;

/**
 * A process with services whose times are short, but long enough as long as it runs. It
 * prints what happens.
 */
public final class PausedApplication {

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private PausedApplication() {
	}

	public static void main(String[] arguments) throws InterruptedException {
		RestartSettings restart = RestartSettings.DEFAULTS;
		ServiceSettings beating = ServiceSettings.DEFAULTS.withRestart(restart)
			.withHealth(new Health(INTERVAL, Duration.ofSeconds(1), 1))
			.withWatchdog(Duration.ofMillis(1500));
		ServiceSettings slow = ServiceSettings.DEFAULTS.withRetry(RetrySettings.DEFAULTS)
			.withTimeouts(Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(4));
		ThreadBackend backend = ThreadBackend.platform();
		ServiceEngine engine = new ServiceEngine(
				ServiceGraph.of(List.of(ServiceDefinition.of("beating", new Beating(), beating, List.of()),
						ServiceDefinition.of("slow", new Slow(), slow, List.of()))),
				EngineSettings.DEFAULTS, backend, new WorkEngine(WorkSettings.DEFAULTS, backend, null));
		engine.addListener(PausedApplication::tell);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> engine.stop().join()));
		engine.start().join();
		print("started");
		// No thread of the engine keeps the process alive.
		new CountDownLatch(1).await();
	}

	private static void tell(LifecycleEvent event) {
		switch (event.getClass().getSimpleName()) {
			case "Hanging", "ErrorReported", "WorkFailed", "StopFailed", "ShutdownTimedOut" -> print("bad: " + event);
			case "StateChanged" -> tell((LifecycleEvent.StateChanged) event);
			default -> {
			}
		}
	}

	private static void tell(LifecycleEvent.StateChanged change) {
		switch (change.service().state()) {
			case BACKOFF, FAILED -> print("bad: " + change);
			default -> print(change.service().name() + " " + change.service().state());
		}
	}

	private static void print(String text) {
		System.out.println("> " + text);
	}

	private static void pause(Duration duration) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(duration.toNanos());
	}

	/**
	 * Beats, as its worker does, and is checked; a check has a timeout of its own inside.
	 */
	private static final class Beating implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.work().worker("beats", this::beat).heartbeat(Duration.ofMillis(1500)).start();
			context.work().worker("service-beats", (worker) -> beatFor(context, worker)).start();
		}

		private void beat(WorkerContext worker) throws InterruptedException {
			while (worker.pause(Duration.ofMillis(300))) {
				worker.beat();
			}
		}

		private void beatFor(ServiceContext context, WorkerContext worker) throws InterruptedException {
			while (worker.pause(Duration.ofMillis(300))) {
				context.beat();
			}
		}

		@Override
		public void checkHealth() throws Exception {
			long begin = System.nanoTime();
			pause(Duration.ofMillis(200));
			if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(2)) {
				throw new TimeoutException("No answer for 2 s");
			}
			print("checked");
		}

	}

	/**
	 * Takes its time to start and to stop.
	 */
	private static final class Slow implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws Exception {
			print("slow start");
			pause(Duration.ofSeconds(2));
		}

		@Override
		public void stop(ServiceContext context) throws Exception {
			print("slow stop");
			pause(Duration.ofSeconds(2));
			print("slow stopped");
		}

	}

}
