// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceState;
import io.managedservices.test.SimulatedTime;
import io.managedservices.work.Task;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for {@link SimulatedTime}.
 */
class SimulatedTimeIntegrationTests {

	private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
				ManagedServicesItemsAutoConfiguration.class))
		.withBean(SimulatedTime.class, () -> SimulatedTime.startingAt(START))
		.withBean("gate", Gate.class)
		.withPropertyValues("managed-services.services.gate.health.interval=2s",
				"managed-services.services.gate.health.failure-threshold=3");

	private static SimulatedTime time(ApplicationContext context) {
		return context.getBean(SimulatedTime.class);
	}

	private static ServiceState state(ApplicationContext context) {
		return context.getBean(ManagedServices.class).snapshot("gate").state();
	}

	@Test
	void advanceWhenMonthPassesDoesAllThatIsDueAndFewChecks() {
		this.runner.withBean("reminders", Reminders.class).withBean("clocked", Clocked.class).run((context) -> {
			time(context).advance(Duration.ofDays(30));
			assertThat(context.getBean(Gate.class).checks).hasValueBetween(100, 1000);
			assertThat(context.getBean(Clocked.class).hours).hasSize(720)
				.startsWith(START.plus(Duration.ofHours(1)))
				.endsWith(START.plus(Duration.ofDays(30)));
			assertThat(context.getBean(Clocked.class).ran).hasValue(720);
			assertThat(context.getBean(Reminders.class).processed).containsExactly(START.plus(Duration.ofDays(13)),
					START.plus(Duration.ofDays(30)));
			assertThat(context.getBean(Reminders.class).searches).hasValueBetween(4320, 4322);
		});
	}

	@Test
	void advanceWhenServiceTurnsUnhealthyBeforehandChecksAtEachInterval() {
		this.runner.run((context) -> {
			time(context).advance(Duration.ofDays(30));
			Gate gate = context.getBean(Gate.class);
			gate.healthy = () -> false;
			int before = gate.checks.get();
			time(context).advance(Duration.ofMillis(5999));
			assertThat(gate.checks).hasValue(before + 2);
			assertThat(state(context)).isEqualTo(ServiceState.RUNNING);
			time(context).advance(Duration.ofMillis(1));
			assertThat(gate.starts).hasValue(1);
			assertThat(state(context)).isEqualTo(ServiceState.BACKOFF);
			gate.healthy = () -> true;
			time(context).advance(Duration.ofMinutes(1));
			assertThat(state(context)).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	void advanceWhenServiceTurnsUnhealthyMeanwhileSeesItBeforeLongAndThenChecksAtEachInterval() {
		this.runner.run((context) -> {
			Gate gate = context.getBean(Gate.class);
			SimulatedTime time = time(context);
			List<Instant> failed = new CopyOnWriteArrayList<>();
			gate.healthy = () -> {
				boolean up = time.now().isBefore(START.plus(Duration.ofHours(10)));
				if (!up && failed.size() < 3) {
					failed.add(time.now());
					return false;
				}
				return true;
			};
			time.advance(Duration.ofHours(24));
			assertThat(failed).hasSize(3);
			assertThat(failed.get(0)).isBetween(START.plus(Duration.ofHours(10)), START.plus(Duration.ofHours(11)));
			assertThat(failed.get(2)).isEqualTo(failed.get(0).plusSeconds(4));
			assertThat(gate.starts).hasValue(2);
			assertThat(state(context)).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	void jumpWhenBeyondAllThatIsArmedDoesWhatIsDueThen() {
		this.runner.withBean("reminders", Reminders.class).withBean("clocked", Clocked.class).run((context) -> {
			SimulatedTime time = time(context);
			time.advance(Duration.ofMinutes(1));
			time.jump(Duration.ofDays(20));
			time.advance(Duration.ZERO);
			assertThat(context.getBean(Reminders.class).processed)
				.containsExactly(START.plus(Duration.ofDays(20)).plusSeconds(60));
			assertThat(context.getBean(Clocked.class).hours).hasSize(1);
			time.jump(Duration.ofDays(-10));
			time.advance(Duration.ofHours(2));
			assertThat(context.getBean(Clocked.class).hours).hasSize(3);
		});
	}

	/**
	 * Is checked, and healthy unless told otherwise.
	 */
	@ManagedService
	static class Gate implements ServiceLifecycle {

		final AtomicInteger checks = new AtomicInteger();

		final AtomicInteger starts = new AtomicInteger();

		volatile BooleanSupplier healthy = () -> true;

		@Override
		public void start(ServiceContext context) {
			this.starts.incrementAndGet();
		}

		@Override
		public void checkHealth() {
			this.checks.incrementAndGet();
			if (!this.healthy.getAsBoolean()) {
				throw new IllegalStateException("planted");
			}
		}

	}

	/**
	 * Notes when it is called.
	 */
	@ManagedService
	static class Clocked {

		final List<Instant> hours = new CopyOnWriteArrayList<>();

		final AtomicInteger ran = new AtomicInteger();

		private final SimulatedTime time;

		Clocked(SimulatedTime time) {
			this.time = time;
		}

		@Task(cron = "0 0 * * * *", zone = "UTC")
		void hourly() {
			this.hours.add(this.time.now());
		}

		@Task(every = "1h")
		void repeated() {
			this.ran.incrementAndGet();
		}

	}

	/**
	 * Has two items.
	 */
	@ManagedService
	static class Reminders implements ItemService<Long> {

		final AtomicInteger searches = new AtomicInteger();

		final List<Instant> processed = new CopyOnWriteArrayList<>();

		private final List<DueItem<Long>> rows = new ArrayList<>(
				List.of(new DueItem<>(1L, START.plus(Duration.ofDays(13))),
						new DueItem<>(2L, START.plus(Duration.ofDays(30)))));

		private final SimulatedTime time;

		Reminders(SimulatedTime time) {
			this.time = time;
		}

		@Override
		public synchronized Outcome process(Long id) {
			this.processed.add(this.time.now());
			this.rows.removeIf((row) -> row.id().equals(id));
			return Outcome.DONE;
		}

		@Override
		public synchronized Stream<DueItem<Long>> checkAll() {
			this.searches.incrementAndGet();
			return List.copyOf(this.rows).stream();
		}

		@Override
		public synchronized @Nullable Instant checkOne(Long id) {
			return this.rows.stream().filter((row) -> row.id().equals(id)).map(DueItem::due).findFirst().orElse(null);
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(10);
		}

	}

}
