// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.EndingApplication.End;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Closes contexts at random moments of their start, in both modes, on a machine that has
 * other things to do: whatever was started is stopped in order, and no thread is left. A
 * few of them here; {@code -Dcloses=1000 -Dcloses.processes=20} for a campaign, and
 * {@code -Dcloses.seed=42} for other moments.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class CloseCampaignIntegrationTests {

	private static final String[] NAMES = { "database", "pollBook", "ballotBox", "tally", "mail" };

	private static final int SPINNING_IN_PROCESS = 16;

	/**
	 * How long a service starts at most, in nanoseconds. Spring waits for 100 ms before
	 * it interrupts a start that is to be closed.
	 */
	private static final int LONGEST = 200_000_000;

	private final int spinning = Integer.getInteger("closes.spinning", 4);

	private final int closes = Integer.getInteger("closes", 20);

	private final int processes = Integer.getInteger("closes.processes", 2);

	private final long seed = Long.getLong("closes.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final AtomicBoolean ended = new AtomicBoolean();

	private OwnThreads threads;

	private final List<Level> levels = new ArrayList<>();

	private final List<Logger> loggers = List.of((Logger) LoggerFactory.getLogger("io.managedservices"),
			(Logger) LoggerFactory.getLogger("org.springframework"));

	@BeforeEach
	void begin() {
		this.threads = OwnThreads.begin();
		this.loggers.forEach((logger) -> {
			this.levels.add(logger.getLevel());
			logger.setLevel(Level.ERROR);
		});
	}

	@AfterEach
	void end() {
		this.ended.set(true);
		this.threads.close();
		for (int number = 0; number < this.loggers.size(); number++) {
			this.loggers.get(number).setLevel(this.levels.get(number));
		}
	}

	@Test
	void closeAtAnyMomentLeavesNothingRunning() throws Exception {
		for (int number = 0; number < this.spinning; number++) {
			Thread spinning = new Thread(this::spin, "spinning");
			spinning.setDaemon(true);
			spinning.start();
		}
		Figures figures = new Figures();
		long begin = System.nanoTime();
		for (int number = 0; number < this.closes; number++) {
			close(number, figures);
		}
		assertThat(figures.failed).as("closes that hit a start, seed %d", this.seed).isPositive();
		assertThat(figures.early).as("closes before all services had begun to start, seed %d", this.seed).isPositive();
		assertThat(figures.threads).isPositive();
		System.out.printf("%d closes in %d s with seed %d: %s%n", this.closes,
				Duration.ofNanos(System.nanoTime() - begin).toSeconds(), this.seed, figures);
		this.ended.set(true);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(this.threads.alive()).isEmpty());
	}

	private void spin() {
		while (!this.ended.get()) {
			Thread.onSpinWait();
		}
	}

	private void close(int number, Figures figures) throws Exception {
		String mode = this.random.nextBoolean() ? "await" : "background";
		Way way = Way.values()[this.random.nextInt(Way.values().length)];
		String description = "close %d of seed %d, %s by %s".formatted(number, this.seed, mode, way);
		Journal journal = new Journal();
		AnnotationConfigApplicationContext context = context(mode, journal);
		CompletableFuture<Throwable> refresh = new CompletableFuture<>();
		AtomicLong took = new AtomicLong();
		new Thread(() -> {
			long begin = System.nanoTime();
			Throwable failure = catchThrowable(context::refresh);
			took.set(System.nanoTime() - begin);
			refresh.complete(failure);
		}, "refresh").start();
		CompletableFuture<Throwable> closed = new CompletableFuture<>();
		// At any time, or once some of the services have begun to start.
		int begun = this.random.nextInt(NAMES.length);
		long pause = (begun == 0) ? (long) (figures.usual * 1.2 * this.random.nextDouble())
				: this.random.nextInt(20_000_000);
		new Thread(() -> {
			long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
			while (journal.entries().size() < begun && System.nanoTime() < limit) {
				LockSupport.parkNanos(100_000);
			}
			LockSupport.parkNanos(pause);
			figures.threads += this.threads.alive().size();
			figures.early += (journal.entries().size() < NAMES.length) ? 1 : 0;
			closed.complete(catchThrowable(() -> way.close(context)));
		}, "close").start();
		closed.get(5, TimeUnit.MINUTES);
		boolean givenUp = !context.isActive() && !refresh.isDone();
		Throwable failure = refresh.get(5, TimeUnit.MINUTES);
		figures.add(took.get(), failure != null, givenUp, !journal.entries().isEmpty());
		// It may have been too early, and Spring does nothing where the flag is set.
		context.close();
		// The other one of two that close at once may still be at it.
		Awaitility.await(description).atMost(Duration.ofMinutes(2)).until(() -> !context.isActive());
		assertStoppedInOrder(description, journal);
	}

	private AnnotationConfigApplicationContext context(String mode, Journal journal) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("managed-services.startup.mode=" + mode).applyTo(context);
		context.register(ManagedServicesAutoConfiguration.class, LifecycleAutoConfiguration.class);
		for (int number = 0; number < NAMES.length; number++) {
			ServiceRegistration registration = new ServiceRegistration(NAMES[number],
					new Slow(NAMES[number], journal, this.random.nextInt(LONGEST)));
			if (number > 0) {
				registration.dependsOn(NAMES[this.random.nextInt(number)]);
			}
			context.registerBean(NAMES[number], ServiceRegistration.class, () -> registration);
		}
		return context;
	}

	private static void assertStoppedInOrder(String description, Journal journal) {
		List<String> entries = journal.entries();
		for (String name : NAMES) {
			assertThat(entries.stream().filter(("start " + name)::equals).count()).as(description + ": " + entries)
				.isEqualTo(entries.stream().filter(("stop " + name)::equals).count());
		}
		// Each service is stopped before all that were started before it and that it
		// needs: of one root at least the last stop is its own.
		if (!entries.isEmpty()) {
			assertThat(entries.get(entries.size() - 1)).as(description + ": " + entries).isEqualTo("stop " + NAMES[0]);
		}
	}

	@Test
	void signalAtAnyMomentLeavesNothingRunning() throws Exception {
		for (int number = 0; number < this.processes; number++) {
			String mode = (number % 2 == 0) ? "await" : "background";
			try (ApplicationProcess process = ApplicationProcess.start(EndingApplication.class,
					"--managed-services.startup.mode=" + mode, "--end=" + End.SIGNAL,
					"--spinning=" + SPINNING_IN_PROCESS)) {
				process.awaitEntry("main");
				LockSupport.parkNanos(this.random.nextInt(3000) * 1_000_000L);
				process.terminate();
				process.awaitEnd(Duration.ofMinutes(2));
				List<String> entries = process.entries().stream().filter((entry) -> !entry.equals("acted")).toList();
				assertThat(entries).as(process.output())
					.isIn(List.of("main"), List.of("main", "close pool"),
							List.of("main", "start database", "stop database", "close pool"),
							List.of("main", "start database", "start blocking", "stop blocking", "stop database",
									"close pool"));
			}
		}
	}

	/**
	 * How a context is closed.
	 */
	enum Way {

		CLOSE {

			@Override
			void close(AnnotationConfigApplicationContext context) {
				context.close();
			}

		},

		EXIT {

			@Override
			void close(AnnotationConfigApplicationContext context) {
				SpringApplication.exit(context);
			}

		},

		INTERRUPTED {

			@Override
			void close(AnnotationConfigApplicationContext context) {
				Thread.currentThread().interrupt();
				context.close();
			}

		},

		TWICE {

			@Override
			void close(AnnotationConfigApplicationContext context) {
				Thread other = new Thread(context::close, "close");
				other.start();
				context.close();
			}

		},

		PAUSE {

			@Override
			void close(AnnotationConfigApplicationContext context) {
				context.pause();
				context.close();
			}

		};

		abstract void close(AnnotationConfigApplicationContext context);

	}

	/**
	 * What the closes have met.
	 */
	private static final class Figures {

		/** How long a start usually takes that is not disturbed, in nanoseconds. */
		private long usual = 50_000_000;

		/** How many were seen, to know that they can be seen. */
		private int threads;

		/** How many came before all services had begun to start. */
		private int early;

		private int failed;

		private int givenUp;

		private int withServices;

		void add(long duration, boolean hasFailed, boolean wasGivenUp, boolean hadServices) {
			this.usual = hasFailed ? this.usual : (this.usual + duration) / 2;
			this.failed += hasFailed ? 1 : 0;
			this.givenUp += wasGivenUp ? 1 : 0;
			this.withServices += hadServices ? 1 : 0;
		}

		@Override
		public String toString() {
			return "%d while services started, %d failed a start, %d after services were started, %d were given up by Spring"
				.formatted(this.early, this.failed, this.withServices, this.givenUp);
		}

	}

	/**
	 * Takes a while to start and to stop.
	 */
	private record Slow(String name, Journal journal, int nanos) implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.journal.add("start " + this.name);
			LockSupport.parkNanos(this.nanos);
		}

		@Override
		public void stop(ServiceContext context) {
			LockSupport.parkNanos(this.nanos);
			this.journal.add("stop " + this.name);
		}

	}

}
