package io.managedservices.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of lives of random graphs. {@code -Dsimulation.seed=N} replays one,
 * {@code -Dsimulation.scenarios=1000000} runs a million.
 */
class SimulationTests {

	private final ListAppender<ILoggingEvent> bugs = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.managedservices.engine");

	@BeforeEach
	void listen() {
		this.bugs.start();
		this.logger.addAppender(this.bugs);
		this.logger.setLevel(Level.ERROR);
		this.logger.setAdditive(false);
	}

	@AfterEach
	void unlisten() {
		this.logger.detachAppender(this.bugs);
		this.logger.setAdditive(true);
	}

	@Test
	void everyLifeKeepsTheInvariants() {
		Long seed = Long.getLong("simulation.seed");
		long scenarios = Long.getLong("simulation.scenarios", 2500);
		AtomicLong steps = new AtomicLong();
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.range(0, scenarios).parallel();
		seeds.forEach((each) -> steps.addAndGet(run(each)));
		assertThat(steps.get()).as("steps in all").isGreaterThan((seed != null) ? 1 : scenarios * 20);
	}

	private long run(long seed) {
		try {
			int steps = new Simulation(seed).run();
			List<ILoggingEvent> logged = List.copyOf(this.bugs.list);
			assertThat(logged).as("bugs that the engine reported").isEmpty();
			return steps;
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("Replay with -Dsimulation.seed=" + seed + ": " + ex.getMessage(), ex);
		}
	}

}
