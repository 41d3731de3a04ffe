// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 5,000 lives of random graphs in which services come and go, and 2,500 in which none
 * does. {@code -Dsimulation.seed=N} replays one, {@code -Dsimulation.scenarios=1000000}
 * runs a million, and {@code -Dsimulation.first=N} begins with another seed than 0.
 */
class SimulationTests {

	private final Bugs bugs = new Bugs();

	private @Nullable Level level;

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.managedservices.internal.engine");

	@BeforeEach
	void listen() {
		this.bugs.start();
		this.logger.addAppender(this.bugs);
		this.level = this.logger.getLevel();
		this.logger.setLevel(Level.ERROR);
		this.logger.setAdditive(false);
	}

	@AfterEach
	void unlisten() {
		this.logger.detachAppender(this.bugs);
		this.logger.setLevel(this.level);
		this.logger.setAdditive(true);
	}

	@Test
	void everyLifeKeepsTheInvariants() {
		live(false);
	}

	/**
	 * {@code -Dsimulation.seed=N} replays one of these, too.
	 */
	@Test
	void everyLifeInWhichServicesComeAndGoKeepsTheInvariants() {
		live(true);
	}

	private void live(boolean changing) {
		Long seed = Long.getLong("simulation.seed");
		long scenarios = Long.getLong("simulation.scenarios", changing ? 5000 : 2500);
		AtomicLong steps = new AtomicLong();
		long first = Long.getLong("simulation.first", 0);
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.range(first, first + scenarios).parallel();
		Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
		seeds.forEach((each) -> {
			try {
				steps.addAndGet(run(each, seed != null, changing));
			}
			catch (AssertionError ex) {
				failures.add(ex);
			}
		});
		assertThat(failures).as("lives that broke an invariant").isEmpty();
		assertThat(steps.get()).as("steps in all").isGreaterThan((seed != null) ? 1 : scenarios * 20);
	}

	/**
	 * A service that failed again in the moment in which an episode closed, and an
	 * attempt to start that failed twice at once.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 710423225, 710387287, 710091101, 710075619, 710412412 })
	void lifeThatBrokeAnInvariantKeepsIt(long seed) {
		assertThat(run(seed, false, false)).isPositive();
	}

	/**
	 * Graphs that shrink to a size from which on each step is checked, while a start that
	 * nobody saw is under way.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 750002029, 750016780, 750028092 })
	void lifeInWhichServicesGoThatSeemedToBreakAnInvariantKeepsIt(long seed) {
		assertThat(run(seed, false, true)).isPositive();
	}

	private int run(long seed, boolean replay, boolean changing) {
		this.bugs.forget();
		try {
			int steps = new Simulation(seed, replay, changing).run();
			assertThat(this.bugs.found()).as("bugs that the engine reported").isEmpty();
			return steps;
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Replay with -Dsimulation.seed=%d: %s%nReported by the engine: %s".formatted(seed,
					ex.getMessage(), this.bugs.found()), ex);
		}
	}

	/**
	 * What the engine reports as a bug, with why: each life is lived by one thread.
	 */
	private static final class Bugs extends UnsynchronizedAppenderBase<ILoggingEvent> {

		private final ThreadLocal<List<String>> found = ThreadLocal.withInitial(ArrayList::new);

		@Override
		protected void append(ILoggingEvent event) {
			this.found.get().add(event + ": " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
		}

		List<String> found() {
			return List.copyOf(this.found.get());
		}

		void forget() {
			this.found.remove();
		}

	}

}
