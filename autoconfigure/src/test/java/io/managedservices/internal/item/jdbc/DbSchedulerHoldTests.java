// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which items {@link DbSchedulerItemEngine} holds back, whatever an event says.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerHoldTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private final List<Instant> times = new CopyOnWriteArrayList<>();

	private @Nullable ItemInstance<Long, MemoryItems> instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.stop();
		}
	}

	@Test
	void itemThatHasNothingToDoYetIsNotTriedWithinASecondWhateverAnEventSays() {
		ItemInstance<Long, MemoryItems> begun = begin(new Eventful(Outcome.NOT_YET));
		await(() -> this.times.size() == 3);
		begun.stopService();
		assertApart();
	}

	@Test
	void itemThatIsDoneAndDueAtTheSameTimeAgainIsNotTriedWithinASecond() {
		ItemInstance<Long, MemoryItems> begun = begin(new Eventful(Outcome.DONE));
		await(() -> this.times.size() == 3);
		begun.stopService();
		assertApart();
	}

	@Test
	void itemThatIsDoneAndDueLaterIsNotHeldBack() {
		MemoryItems items = new MemoryItems() {

			@Override
			public Outcome process(Long id) {
				this.rows.put(id, Instant.now().plus(HOUR));
				this.processed.add(id);
				return Outcome.DONE;
			}

		};
		ItemInstance<Long, MemoryItems> begun = begin(items);
		await(() -> items.processed.size() == 1 && this.jdbc.queryForObject(
				"select count(*) from managed_service_items where task_name = 'item:polls' and not picked and execution_time > now() + interval '1 minute'",
				Integer.class) == 1);
		items.rows.put(1L, Instant.now());
		begun.items().schedule(1L);
		await(() -> items.processed.size() == 2);
	}

	@Test
	void itemThatTellsOfItselfAndFailsWaitsNevertheless() {
		MemoryItems items = new Eventful(null);
		ItemInstance<Long, MemoryItems> begun = begin(items);
		await(() -> PollTables.failures(this.jdbc) == 1);
		items.rows.put(2L, Instant.now().plus(HOUR));
		begun.items().schedule(1L);
		begun.items().schedule(2L);
		await(() -> PollTables.rows(this.jdbc, "item:polls") == 2);
		int before = begun.database.lent();
		await(() -> begun.database.lent() > before + 20);
		assertThat(PollTables.failures(this.jdbc)).isOne();
		assertThat(this.times).hasSize(1);
	}

	@Test
	void scheduleWhenItHasFailedToAskWaitsNevertheless() {
		MemoryItems items = new MemoryItems() {

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				if (id == 1) {
					DbSchedulerHoldTests.this.times.add(Instant.now());
					throw new IllegalStateException("no answer");
				}
				return super.checkOne(id);
			}

		};
		ItemInstance<Long, MemoryItems> begun = begin(items);
		// The search has put it into the table by then, and does not do so after the
		// delete.
		await(() -> items.searched.size() == 1 && PollTables.failures(this.jdbc) == 1);
		items.rows.remove(1L);
		this.jdbc.update("delete from managed_service_items where task_name = 'item:polls'");
		await(() -> begun.items().snapshot().inHand() == 0);
		this.times.clear();
		begun.items().schedule(1L);
		await(() -> this.times.size() == 1);
		begun.items().schedule(1L);
		items.rows.put(2L, Instant.now());
		begun.items().schedule(2L);
		await(() -> items.processed.contains(2L));
		assertThat(this.times).hasSize(1);
	}

	@Test
	@SuppressWarnings("NullAway")
	void processThatReturnsNullIsAFailure() {
		ItemInstance<Long, MemoryItems> begun = begin(new MemoryItems() {

			@Override
			public Outcome process(Long id) {
				return null;
			}

		});
		await(() -> PollTables.failures(this.jdbc) == 1);
		assertThat(begun.context.failed()).singleElement()
			.asString()
			.contains("'polls'", "expected DONE or NOT_YET, found null");
		assertThat(begun.items().snapshot().notYet()).isZero();
	}

	private ItemInstance<Long, MemoryItems> begin(MemoryItems items) {
		ItemInstance<Long, MemoryItems> begun = new ItemInstance<>(this.database, items, new ItemSettings(1,
				new ItemSettings.Retry(HOUR, 2, HOUR), Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
		this.instance = begun;
		items.rows.put(1L, Instant.now());
		begun.begin();
		return begun;
	}

	private void assertApart() {
		for (int index = 1; index < 3; index++) {
			assertThat(Duration.between(this.times.get(index - 1), this.times.get(index)))
				.isGreaterThanOrEqualTo(Duration.ofSeconds(1));
		}
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

	/**
	 * Items whose {@code process} publishes an event, which schedules them.
	 */
	private final class Eventful extends MemoryItems {

		private final @Nullable Outcome outcome;

		Eventful(@Nullable Outcome outcome) {
			this.outcome = outcome;
		}

		@Override
		public Outcome process(Long id) {
			DbSchedulerHoldTests.this.times.add(Instant.now());
			ItemInstance<Long, MemoryItems> begun = DbSchedulerHoldTests.this.instance;
			if (begun != null) {
				begun.items().schedule(id);
			}
			if (this.outcome == null) {
				throw new IllegalStateException("no mail");
			}
			return this.outcome;
		}

	}

}
