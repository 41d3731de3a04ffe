// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.task.Execution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemDatabase;
import io.managedservices.internal.item.sql.ItemRow;
import io.managedservices.internal.item.sql.ItemTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link DbSchedulerItems} picks, without a database.
 */
class DbSchedulerItemsTests {

	private static final Duration POLLING = Duration.ofSeconds(1);

	private static final String SEARCH = ItemTable.CHECK_ALL + "polls";

	private static final String ITEM = ItemTable.ITEM + "polls";

	private final FakeServiceContext context = new FakeServiceContext("polls");

	private final DataSource dataSource = Mockito.mock(DataSource.class, Mockito.RETURNS_DEEP_STUBS);

	private final ItemCluster cluster = Mockito
		.spy(new ItemCluster(this.dataSource, ItemDatabase.H2, new DbSchedulerSettings("managed_service_items", true,
				POLLING, Duration.ofSeconds(10), Duration.ofDays(14)), new SimulatedBackend(new Random(0))));

	/** Everything that it is asked for is due. */
	private final DuePicker picker = Mockito.mock(DuePicker.class);

	private Instant now = Instant.EPOCH;

	private int picked;

	private int free;

	private @Nullable DbSchedulerItems<Long> items;

	DbSchedulerItemsTests() throws Exception {
		Mockito.when(this.dataSource.getConnection().getMetaData().getDatabaseProductName()).thenReturn("H2");
		Mockito.doReturn(this.picker).when(this.cluster).picker(Mockito.anyString(), Mockito.any());
		Mockito.when(this.picker.pick(Mockito.anyString(), Mockito.any(), Mockito.anyInt()))
			.thenAnswer((call) -> due(call.getArgument(0), call.getArgument(2)));
	}

	@AfterEach
	void stop() {
		this.context.stop();
		if (this.items != null) {
			this.items.scheduler().interrupt();
		}
	}

	@Test
	void pickWhenThereIsOneSlotPicksASearchAndAnItemInTurn() {
		DbSchedulerItems<Long> one = items(1);
		for (int turn = 0; turn < 3; turn++) {
			List<Execution> search = pick(one);
			assertThat(search).extracting(Execution::getTaskName).containsExactly(SEARCH);
			end(search);
			List<Execution> item = pick(one);
			assertThat(item).extracting(Execution::getTaskName).containsExactly(ITEM);
			end(item);
		}
	}

	@Test
	void pickWhenThereAreSeveralSlotsPicksASearchAndItemsAtOnce() {
		DbSchedulerItems<Long> several = items(3);
		for (int turn = 0; turn < 3; turn++) {
			List<Execution> all = pick(several);
			assertThat(all).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM, ITEM);
			end(all);
		}
	}

	@Test
	void pickWithinThePollingIntervalLooksForItemsOnly() {
		DbSchedulerItems<Long> two = items(2);
		end(pick(two));
		this.now = this.now.plus(POLLING).minusNanos(1);
		List<Execution> soon = pickNow(two);
		assertThat(soon).extracting(Execution::getTaskName).containsExactly(ITEM, ITEM);
		end(soon);
		this.now = this.now.plusNanos(1);
		assertThat(pickNow(two)).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM);
	}

	@Test
	void pickWhenClockWasSetBackLooksForASearch() {
		DbSchedulerItems<Long> two = items(2);
		end(pick(two));
		this.now = this.now.minus(Duration.ofHours(1));
		assertThat(pickNow(two)).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM);
	}

	@Test
	void pickWhenServiceStopsPicksNothing() {
		DbSchedulerItems<Long> two = items(2);
		this.context.tellToStop();
		assertThat(pick(two)).isEmpty();
		assertThat(two.snapshot().inHand()).isZero();
	}

	private DbSchedulerItems<Long> items(int concurrency) {
		ItemSettings settings = new ItemSettings(concurrency, DbSchedulerItemEngineTests.SETTINGS.retry(),
				Duration.ofMinutes(1), 1000);
		DbSchedulerItems<Long> created = new DbSchedulerItems<>(new MemoryItems(), settings, this.context.get(),
				this.cluster);
		this.items = created;
		this.free = concurrency;
		return created;
	}

	private List<Execution> pick(DbSchedulerItems<?> from) {
		this.now = this.now.plus(POLLING);
		return pickNow(from);
	}

	private List<Execution> pickNow(DbSchedulerItems<?> from) {
		List<Execution> all = from.pick(this.now, this.free);
		this.free -= all.size();
		return all;
	}

	private void end(List<Execution> executions) {
		this.free += executions.size();
	}

	private List<ItemRow> due(String task, int limit) {
		List<ItemRow> due = new ArrayList<>();
		for (int count = 0; count < (task.equals(SEARCH) ? 1 : limit); count++) {
			due.add(new ItemRow("" + this.picked++, this.now, true, null, null, 0, 1));
		}
		return due;
	}

}
