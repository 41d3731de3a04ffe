// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link DbSchedulerItemEngine} does while somebody sets the clock.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerClockTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private final ShiftedClock clock = new ShiftedClock();

	private final List<Long> early = new CopyOnWriteArrayList<>();

	private final MemoryItems items = new MemoryItems() {

		@Override
		public Outcome process(Long id) throws Exception {
			Instant due = this.rows.get(id);
			if (due != null && due.isAfter(DbSchedulerClockTests.this.clock.now())) {
				DbSchedulerClockTests.this.early.add(id);
			}
			return super.process(id);
		}

	};

	private final ItemInstance<Long, MemoryItems> instance = new ItemInstance<>(this.database, this.items,
			DbSchedulerItemEngineTests.SETTINGS, this.clock.backend());

	@AfterEach
	void stop() {
		this.instance.stop();
	}

	@Test
	void clockThatIsSetAheadAndBackLosesNothingAndRunsNothingEarly() {
		this.items.interval = HOUR.multipliedBy(2);
		row(1, Duration.ofMinutes(30));
		row(2, Duration.ofMinutes(90));
		this.instance.begin();
		await(() -> armed() == 2);
		this.clock.jump(HOUR);
		await(() -> this.items.processed.equals(List.of(1L)));
		this.clock.jump(HOUR.negated());
		row(3, Duration.ZERO);
		this.instance.items().schedule(3L);
		await(() -> this.items.processed.equals(List.of(1L, 3L)));
		row(4, Duration.ofMillis(500));
		this.instance.items().schedule(4L);
		await(() -> this.items.processed.equals(List.of(1L, 3L, 4L)));
		await(() -> armed() == 1);
		this.clock.jump(Duration.ofMinutes(91));
		await(() -> this.items.processed.equals(List.of(1L, 3L, 4L, 2L)));
		assertThat(this.early).isEmpty();
		assertThat(this.instance.context.failed()).isEmpty();
	}

	@Test
	void clockThatIsSetBackDoesNotHoldUpWhatAnotherInstanceArms() {
		this.clock.jump(HOUR);
		this.instance.begin();
		await(() -> this.items.searched.size() == 1);
		// In steps, some of which come while it waits for the next poll.
		for (int step = 0; step < 10; step++) {
			int before = this.instance.database.lent();
			await(() -> this.instance.database.lent() > before + 2);
			this.clock.jump(HOUR.dividedBy(-10));
		}
		row(1, Duration.ZERO);
		this.jdbc.update(
				"insert into managed_service_items (task_name, task_instance, execution_time, picked, version) values ('item:polls', '1', ?, false, 1)",
				this.clock.now().atOffset(ZoneOffset.UTC));
		await(() -> this.items.processed.equals(List.of(1L)));
	}

	@Test
	void clockThatIsSetBackDoesNotHoldUpTheSearches() {
		this.items.interval = Duration.ofMillis(300);
		this.clock.jump(HOUR);
		this.instance.begin();
		await(() -> this.items.searched.size() == 2);
		this.clock.jump(HOUR.negated());
		await(() -> this.items.searched.size() >= 6);
	}

	@Test
	void searchArmsTwoIntervalsAndTheNextOneTheRest() {
		this.items.interval = HOUR;
		row(1, Duration.ofMinutes(90));
		row(2, Duration.ofMinutes(150));
		row(3, Duration.ofMinutes(210));
		this.instance.begin();
		await(() -> this.instance.items().snapshot().checkAll().last() != null);
		assertThat(armed()).isOne();
		this.clock.jump(Duration.ofMinutes(61));
		await(() -> armed() == 2);
		this.clock.jump(Duration.ofMinutes(61));
		await(() -> this.items.processed.equals(List.of(1L)));
		await(() -> this.items.searched.size() == 3 && armed() == 2);
		assertThat(this.jdbc.queryForList(
				"select task_instance from managed_service_items where task_name = 'item:polls' order by 1",
				String.class))
			.containsExactly("2", "3");
		assertThat(this.early).isEmpty();
	}

	private void row(long id, Duration after) {
		this.items.rows.put(id, this.clock.now().plus(after));
	}

	private int armed() {
		return PollTables.rows(this.jdbc, "item:polls");
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
