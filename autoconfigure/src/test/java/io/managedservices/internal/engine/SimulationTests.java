package io.managedservices.internal.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 5,000 lives of random graphs. {@code -Dsimulation.seed=N} replays one,
 * {@code -Dsimulation.scenarios=1000000} runs a million, and {@code -Dsimulation.first=N}
 * begins with another seed than 0.
 */
class SimulationTests {

	/** What the engine reports as a bug: each life is lived by one thread. */
	private final ListAppender<ILoggingEvent> bugs = new ListAppender<>();

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
		Long seed = Long.getLong("simulation.seed");
		long scenarios = Long.getLong("simulation.scenarios", 5000);
		AtomicLong steps = new AtomicLong();
		long first = Long.getLong("simulation.first", 0);
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.range(first, first + scenarios).parallel();
		seeds.forEach((each) -> steps.addAndGet(run(each, seed != null)));
		assertThat(steps.get()).as("steps in all").isGreaterThan((seed != null) ? 1 : scenarios * 20);
	}

	private long run(long seed, boolean replay) {
		try {
			int steps = new Simulation(seed, replay).run();
			String thread = Thread.currentThread().getName();
			List<ILoggingEvent> logged = List.copyOf(this.bugs.list)
				.stream()
				.filter((event) -> event.getThreadName().equals(thread))
				.toList();
			assertThat(logged).as("bugs that the engine reported").isEmpty();
			return steps;
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Replay with -Dsimulation.seed=" + seed + ": " + ex.getMessage(), ex);
		}
	}

}
