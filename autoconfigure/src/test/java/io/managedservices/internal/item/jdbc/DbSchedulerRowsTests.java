// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.item.sql.StatementRetry;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the rows of {@link DbSchedulerItemEngine}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerRowsTests {

	private static final Instant LONG_AGO = Instant.parse("1990-01-01T00:00:00Z");

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = PollTables.polls(this.database);

	private final List<ItemInstance<?, ?>> instances = new ArrayList<>();

	@AfterEach
	void stopAll() {
		this.instances.forEach(ItemInstance::stop);
	}

	@Test
	void rowsThatNobodyKnowsAreNeverDeleted() {
		ItemInstance<Long, MemoryItems> instance = instance(new MemoryItems());
		row("foreign", true);
		row("item:gone", true);
		row("check-all:gone", false);
		instance.begin();
		int before = instance.database.lent();
		await(() -> instance.database.lent() > before + 100);
		assertThat(
				this.jdbc.queryForList("select task_name from managed_service_items order by task_name", String.class))
			.containsExactly("check-all:gone", "check-all:polls", "foreign", "item:gone");
	}

	private void row(String task, boolean picked) {
		this.jdbc.update(
				"insert into managed_service_items (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version) values (?, '1', ?, ?, 'dead', ?, 1)",
				task, LONG_AGO.atOffset(ZoneOffset.UTC), picked, LONG_AGO.atOffset(ZoneOffset.UTC));
	}

	@Test
	void itemThatTakesLongerThanFourHeartbeatsIsNotTakenOver() {
		Polls polls = new Polls(this.database);
		CountDownLatch release = polls.hang();
		PollTables.poll(this.jdbc, 1, Instant.now());
		instance(polls).begin();
		await(() -> polls.entered.get() == 1);
		Polls others = new Polls(this.database);
		instance(others).begin();
		Set<Instant> heartbeats = new HashSet<>();
		await(() -> {
			heartbeats.addAll(
					this.jdbc.query("select last_heartbeat from managed_service_items where task_name = 'item:polls'",
							(row, number) -> row.getTimestamp(1).toInstant()));
			return heartbeats.size() > 2 * DbSchedulerSettings.MISSED_HEARTBEATS;
		});
		release.countDown();
		await(() -> PollTables.audited(this.jdbc) == 1);
		assertThat(polls.entered).hasValue(1);
		assertThat(others.entered).hasValue(0);
	}

	@Test
	void scheduleWhenItemIsInHandElsewhereIsTriedAgain() {
		Polls polls = new Polls(this.database);
		CountDownLatch release = polls.hangAfterwards();
		PollTables.poll(this.jdbc, 1, Instant.now());
		instance(polls).begin();
		await(() -> PollTables.audited(this.jdbc) == 1);
		// The first one knows already that there is nothing more to do.
		Polls others = new Polls(this.database);
		ItemInstance<Long, Polls> other = instance(others);
		other.begin();
		await(() -> polls.asked.get() == 2);
		this.jdbc.update("update poll set closed = false, closes_at = now() + interval '1 hour'");
		int before = other.database.executions();
		other.items().schedule(1L);
		await(() -> other.database.executions() > before + 30);
		release.countDown();
		await(() -> Integer.valueOf(1)
			.equals(this.jdbc.queryForObject(
					"select count(*) from managed_service_items where task_name = 'item:polls' and not picked and execution_time > now()",
					Integer.class)));
	}

	@Test
	void searchPutsItemsIntoTableInBatches() {
		new ItemTableSchema(this.database, "managed_service_items").create();
		CountingDataSource counting = new CountingDataSource(this.database);
		ItemTable table = new ItemTable(counting, "managed_service_items", ItemDatabase.POSTGRESQL,
				new StatementRetry(() -> {
				}));
		Map<String, Instant> times = LongStream.range(0, 1500)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, (id) -> LONG_AGO));
		assertThat(table.arm("item:polls", times, Instant::now)).isEmpty();
		assertThat(PollTables.rows(this.jdbc, "item:polls")).isEqualTo(1500);
		assertThat(counting.lent()).isEqualTo(3);
		// Of each part it is asked what is there, and the rest is inserted.
		assertThat(counting.executions()).isEqualTo(6);
	}

	@Test
	void searchOfManyItemsTakesFewTransactions() {
		MemoryItems items = new MemoryItems();
		LongStream.range(0, 5000).forEach((id) -> items.rows.put(id, Instant.now().plusSeconds(600)));
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> PollTables.rows(this.jdbc, "item:polls") == 5000);
		assertThat(instance.database.executions()).isLessThan(1000);
	}

	@Test
	void itemsFarInThePastAndTheFutureAreStored() {
		MemoryItems items = new MemoryItems();
		ItemInstance<Long, MemoryItems> instance = instance(items);
		items.rows.put(1L, Instant.MIN);
		items.rows.put(2L, Instant.now());
		instance.begin();
		await(() -> items.processed.size() == 2);
		items.rows.put(3L, Instant.MIN);
		items.rows.put(4L, Instant.MAX);
		instance.items().schedule(3L);
		instance.items().schedule(4L);
		await(() -> items.processed.size() == 3);
		await(() -> PollTables.rows(this.jdbc, "item:polls") == 1);
		assertThat(items.processed).containsExactlyInAnyOrder(1L, 2L, 3L);
		assertThat(instance.context.failed()).isEmpty();
	}

	@Test
	void itemThatHasNothingToDoYetIsNotTriedWithinASecondWhateverASearchFinds() {
		List<Instant> times = new ArrayList<>();
		MemoryItems items = new MemoryItems() {

			@Override
			public Outcome process(Long id) {
				times.add(Instant.now());
				return Outcome.NOT_YET;
			}

		};
		items.interval = Duration.ofMillis(100);
		items.rows.put(1L, LONG_AGO);
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> instance.items().snapshot().notYet() == 3);
		instance.stopService();
		for (int index = 1; index < times.size(); index++) {
			assertThat(Duration.between(times.get(index - 1), times.get(index)))
				.isGreaterThanOrEqualTo(Duration.ofSeconds(1));
		}
		assertThat(items.searched).hasSizeGreaterThan(5);
	}

	@Test
	void searchWhenAnItemIsAlwaysDueIsNotHeldUp() {
		AtomicInteger count = new AtomicInteger();
		MemoryItems items = new MemoryItems() {

			@Override
			public Outcome process(Long id) {
				count.incrementAndGet();
				this.rows.computeIfPresent(id, (same, due) -> due.plusMillis(1));
				return Outcome.DONE;
			}

		};
		items.interval = Duration.ofMillis(300);
		LongStream.range(0, 50).forEach((id) -> items.rows.put(id, LONG_AGO));
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> items.searched.size() >= 5);
		assertThat(count).hasPositiveValue();
	}

	@Test
	void searchThatIsWrongKeepsWhatItCouldReadAndTellsIt() {
		MemoryItems items = new MemoryItems() {

			@Override
			@SuppressWarnings("NullAway")
			public Stream<DueItem<Long>> checkAll() {
				Instant now = Instant.now();
				return Stream.concat(Stream.of(new DueItem<>(1L, now.plusMillis(100)), null, new DueItem<>(2L, now)),
						Stream.of(3L).map((id) -> {
							throw new IllegalStateException("connection lost");
						}));
			}

		};
		items.rows.putAll(Map.of(1L, LONG_AGO, 2L, LONG_AGO));
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> items.processed.size() == 2);
		assertThat(instance.context.failed()).isNotEmpty().allMatch((each) -> each.contains("connection lost"));
		Mockito.verify(instance.context.get().conditions(), Mockito.atLeastOnce())
			.error(Mockito.eq("check-all"), Mockito.anyString(), Mockito.contains("connection lost"));
	}

	@Test
	void scheduleWhenItCannotBeAskedIsTriedAgainWithBackoff() {
		List<Instant> times = new CopyOnWriteArrayList<>();
		MemoryItems items = new MemoryItems() {

			@Override
			public @Nullable Instant checkOne(Long id) {
				times.add(Instant.now());
				throw new IllegalStateException("no answer");
			}

		};
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		instance.items().schedule(1L);
		await(() -> times.size() >= 4);
		instance.stopService();
		for (int index = 1; index < 4; index++) {
			assertThat(Duration.between(times.get(index - 1), times.get(index)))
				.isGreaterThanOrEqualTo(Duration.ofMillis(100L << (index - 1)));
		}
		assertThat(instance.context.failed()).allMatch((each) -> each.contains("no answer"));
	}

	@Test
	void itemsThatBeginLateRaiseAWarning() {
		MemoryItems items = new MemoryItems();
		items.rows.put(1L, LONG_AGO);
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> items.processed.size() == 1);
		// Once more if a search in between found nothing that is due.
		Mockito.verify(instance.context.get().conditions(), Mockito.atLeastOnce())
			.warning(Mockito.eq("items-late"), Mockito.anyString(), Mockito.contains("late-threshold"));
		await(() -> Mockito.mockingDetails(instance.context.get().conditions())
			.getInvocations()
			.stream()
			.anyMatch((call) -> call.getMethod().getName().equals("resolve")
					&& call.getArgument(0).equals("items-late")));
		assertThat(instance.items().snapshot().lateness().max()).isGreaterThan(Duration.ofDays(10_000));
	}

	@Test
	void scheduleWhenServiceHasStoppedDoesNothing() {
		MemoryItems items = new MemoryItems();
		ItemInstance<Long, MemoryItems> instance = instance(items);
		instance.begin();
		await(() -> items.searched.size() == 1);
		instance.stopService();
		items.rows.put(1L, LONG_AGO);
		instance.items().schedule(1L);
		int before = instance.database.lent();
		await(() -> instance.database.lent() > before + 10);
		assertThat(items.processed).isEmpty();
		assertThat(PollTables.rows(this.jdbc, "item:polls")).isZero();
		assertThat(instance.items().snapshot().checkAll().next()).isNull();
	}

	private <S extends ItemService<Long>> ItemInstance<Long, S> instance(S service) {
		ItemInstance<Long, S> instance = new ItemInstance<>(this.database, service,
				new ItemSettings(2, new ItemSettings.Retry(Duration.ofMillis(100), 2, Duration.ofSeconds(1)),
						Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
		this.instances.add(instance);
		return instance;
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
