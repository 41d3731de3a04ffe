// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.Outcome;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link DbSchedulerItemEngine} makes of items that fail, of what they leave behind,
 * and of being stopped and started again.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerFaultTests {

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private final FaultyItems items = new FaultyItems();

	private @Nullable ItemInstance<Long, FaultyItems> instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.stop();
		}
	}

	@Test
	void interruptThatIsLeftBehindDoesNotReachTheDatabase() {
		this.items.interrupting = true;
		for (long id = 1; id <= 3; id++) {
			this.items.rows.put(id, Instant.now());
		}
		ItemInstance<Long, FaultyItems> begun = begin(new Interruptible(this.database),
				DbSchedulerItemEngineTests.SETTINGS.retry());
		await(() -> begun.items().snapshot().processed() == 3 && rows() == 0);
		this.items.rows.put(4L, Instant.now());
		begun.items().schedule(4L);
		await(() -> begun.items().snapshot().processed() == 4 && rows() == 0);
		assertThat(this.items.processed).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
		assertThat(this.items.interrupted).isEmpty();
		assertThat(begun.context.failed()).isEmpty();
	}

	@Test
	void interruptBeforeItBeginsDoesNotReachTheDatabase() throws Exception {
		Interruptible interruptible = new Interruptible(this.database);
		ItemInstance<Long, FaultyItems> created = new ItemInstance<>(interruptible, this.items,
				DbSchedulerItemEngineTests.SETTINGS);
		this.instance = created;
		AtomicInteger interrupts = new AtomicInteger();
		ServiceWork work = created.context.get().work();
		Mockito.doAnswer((call) -> {
			interrupts.incrementAndGet();
			throw new InterruptedException();
		}).when(work).signal(Mockito.any());
		created.begin();
		await(() -> interrupts.get() >= 3);
		assertThat(interruptible.refused).hasValue(0);
	}

	@Test
	void beginThatFailsLeavesNoThreadBehind() {
		NoStatements failing = new NoStatements(this.database);
		ItemInstance<Long, FaultyItems> created = new ItemInstance<>(failing, this.items,
				DbSchedulerItemEngineTests.SETTINGS);
		this.instance = created;
		long before = threads();
		failing.failing = true;
		for (int attempt = 0; attempt < 10; attempt++) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(created::begin);
		}
		assertThat(failing.refused).hasValueGreaterThanOrEqualTo(10);
		await(() -> threads() == before);
		failing.failing = false;
		this.items.rows.put(1L, Instant.now());
		created.begin();
		// Itself, and what takes over.
		assertThat(created.engine).extracting("running", InstanceOfAssertFactories.COLLECTION).hasSize(2);
		await(() -> this.items.processed.equals(List.of(1L)));
	}

	@Test
	void failureOutsideOfTheItemLeavesNothingInHand() throws Exception {
		ItemInstance<Long, FaultyItems> created = new ItemInstance<>(this.database, this.items,
				DbSchedulerItemEngineTests.SETTINGS);
		this.instance = created;
		AtomicInteger failures = new AtomicInteger();
		ServiceWork work = created.context.get().work();
		Mockito.doAnswer((call) -> {
			failures.incrementAndGet();
			throw new IllegalStateException("no slot");
		}).when(work).signal(Mockito.any());
		created.begin();
		await(() -> failures.get() >= 1 && created.items().snapshot().inHand() == 0);
	}

	@Test
	void errorsAreFailuresOfTheItemAndOthersGoOn() {
		this.items.errors.set(2);
		this.items.failing.add(1L);
		this.items.rows.putAll(Map.of(1L, Instant.now(), 2L, Instant.now()));
		ItemInstance<Long, FaultyItems> begun = begin(this.database, DbSchedulerItemEngineTests.SETTINGS.retry());
		await(() -> begun.items().snapshot().processed() == 2 && rows() == 0);
		assertThat(begun.context.failed()).hasSize(2).allMatch((each) -> each.equals("1: " + new StackOverflowError()));
	}

	@Test
	void itemThatFailsAgainAndAgainWaitsNoLongerThanTheLongestWait() {
		this.items.errors.set(100);
		this.items.failing.add(1L);
		this.items.rows.put(1L, Instant.now());
		ItemInstance<Long, FaultyItems> begun = begin(this.database,
				new ItemSettings.Retry(Duration.ofSeconds(1), 2, Duration.ofHours(1)));
		await(() -> PollTables.failures(this.jdbc) == 1);
		assertThat(waits()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
		this.jdbc.update(
				"update managed_service_items set consecutive_failures = 5000, execution_time = now() - interval '1 minute'");
		begun.items().schedule(1L);
		await(() -> PollTables.failures(this.jdbc) == 5001);
		assertThat(waits()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
	}

	@Test
	void itemThatHasFailedIsNeitherTriedForASearchNorForAnEventAndItsWaitsGoOnGrowing() {
		this.items.interval = Duration.ofMillis(200);
		this.items.errors.set(2);
		this.items.failing.add(1L);
		this.items.rows.put(1L, Instant.now());
		ItemInstance<Long, FaultyItems> begun = begin(this.database,
				new ItemSettings.Retry(Duration.ofHours(1), 2, Duration.ofHours(5)));
		await(() -> PollTables.failures(this.jdbc) == 1);
		int before = this.items.searched.size();
		await(() -> this.items.searched.size() >= before + 3);
		begun.items().schedule(1L);
		await(() -> this.items.searched.size() >= before + 6);
		assertThat(PollTables.failures(this.jdbc)).isOne();
		itsTimeComes();
		await(() -> PollTables.failures(this.jdbc) == 2);
		assertThat(waits()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
		itsTimeComes();
		await(() -> begun.items().snapshot().processed() == 1);
		assertThat(begun.items().snapshot().failed()).isEqualTo(2);
		assertThat(begun.items().snapshot().retried()).isEqualTo(2);
	}

	private void itsTimeComes() {
		this.jdbc.update("update managed_service_items set execution_time = now() where task_name = 'item:polls'");
	}

	@Test
	void stopAndStartMayBothBeCalledTwice() {
		this.items.rows.put(1L, Instant.now());
		ItemInstance<Long, FaultyItems> begun = begin(this.database, DbSchedulerItemEngineTests.SETTINGS.retry());
		await(() -> begun.items().snapshot().processed() == 1);
		begun.stop();
		begun.stop();
		await(() -> threads() == 0);
		this.items.rows.put(2L, Instant.now().plusMillis(100));
		begun.engine.start(begun.context.get());
		begun.engine.start(begun.context.get());
		begun.begin();
		await(() -> this.items.processed.equals(List.of(1L, 2L)));
		begun.items().schedule(3L);
		this.items.rows.put(4L, Instant.now());
		begun.items().schedule(4L);
		await(() -> this.items.processed.equals(List.of(1L, 2L, 4L)));
		begun.stop();
		await(() -> threads() == 0);
		assertThat(rows()).isZero();
	}

	private ItemInstance<Long, FaultyItems> begin(DataSource dataSource, ItemSettings.Retry retry) {
		ItemInstance<Long, FaultyItems> begun = new ItemInstance<>(dataSource, this.items,
				new ItemSettings(1, retry, Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
		this.instance = begun;
		begun.begin();
		return begun;
	}

	private int rows() {
		return PollTables.rows(this.jdbc, "item:polls");
	}

	/**
	 * How long the item waits after its last failure.
	 * @return the wait
	 */
	private Duration waits() {
		Duration waits = this.jdbc.queryForObject(
				"select last_failure, execution_time from managed_service_items where task_name = 'item:polls'",
				(row, number) -> Duration.between(row.getObject(1, OffsetDateTime.class),
						row.getObject(2, OffsetDateTime.class)));
		return (waits != null) ? waits : Duration.ZERO;
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((each) -> each.getName().startsWith("managed-services-items-"))
			.count();
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

	/**
	 * Items that fail, and that leave an interrupt behind.
	 */
	private static final class FaultyItems extends MemoryItems {

		private final Set<Long> failing = ConcurrentHashMap.newKeySet();

		private final AtomicInteger errors = new AtomicInteger();

		private final Set<String> interrupted = ConcurrentHashMap.newKeySet();

		private volatile boolean interrupting;

		@Override
		public Outcome process(Long id) throws Exception {
			enter("process " + id);
			if (this.failing.contains(id) && this.errors.getAndDecrement() > 0) {
				throw new StackOverflowError();
			}
			Outcome outcome = super.process(id);
			leave();
			return outcome;
		}

		@Override
		public @Nullable Instant checkOne(Long id) throws Exception {
			enter("checkOne " + id);
			Instant due = super.checkOne(id);
			leave();
			return due;
		}

		private void enter(String what) {
			if (Thread.currentThread().isInterrupted()) {
				this.interrupted.add(what);
			}
		}

		private void leave() {
			if (this.interrupting) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * Lends no connection to a thread that is interrupted, as pools do.
	 */
	private static final class Interruptible extends DelegatingDataSource {

		private final AtomicInteger refused = new AtomicInteger();

		Interruptible(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			if (Thread.interrupted()) {
				this.refused.incrementAndGet();
				throw new SQLException("Interrupted while it waited for a connection");
			}
			return super.getConnection();
		}

	}

	/**
	 * Lends connections that fail at the first statement, on demand.
	 */
	private static final class NoStatements extends DelegatingDataSource {

		private final AtomicInteger refused = new AtomicInteger();

		private volatile boolean failing;

		NoStatements(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			if (!this.failing) {
				return connection;
			}
			Connection spied = Mockito.spy(connection);
			Mockito.doAnswer((call) -> {
				this.refused.incrementAndGet();
				throw new SQLException("no answer");
			}).when(spied).prepareStatement(Mockito.anyString());
			return spied;
		}

	}

}
