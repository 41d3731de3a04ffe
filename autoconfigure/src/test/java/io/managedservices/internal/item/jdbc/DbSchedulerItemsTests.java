// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.item.ItemSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link DbSchedulerItems} picks, without a database.
 */
class DbSchedulerItemsTests {

	private static final Duration POLLING = Duration.ofSeconds(1);

	private static final String SEARCH = ItemTask.CHECK_ALL + "polls";

	private static final String ITEM = ItemTask.ITEM + "polls";

	private final FakeServiceContext context = new FakeServiceContext("polls");

	private final ItemsInHand inHand = new ItemsInHand();

	private final ItemCluster cluster = Mockito.mock(ItemCluster.class);

	/** Everything that it is asked for is due. */
	private final DuePicker picker = Mockito.mock(DuePicker.class);

	private Instant now = Instant.EPOCH;

	private int picked;

	DbSchedulerItemsTests() {
		Mockito.when(this.cluster.inHand()).thenReturn(this.inHand);
		Mockito.when(this.cluster.settings())
			.thenReturn(new DbSchedulerSettings("managed_service_items", true, 8, POLLING, Duration.ofSeconds(10),
					Duration.ofDays(14)));
		Mockito.when(this.picker.pick(Mockito.anyString(), Mockito.any(), Mockito.anyInt()))
			.thenAnswer((call) -> due(call.getArgument(0), call.getArgument(2)));
	}

	@AfterEach
	void stop() {
		this.context.stop();
	}

	@Test
	void pickWhenThereIsOneSlotPicksASearchAndAnItemInTurn() {
		DbSchedulerItems<Long> items = items(1);
		for (int turn = 0; turn < 3; turn++) {
			List<Execution> search = pick(items);
			assertThat(search).extracting(Execution::getTaskName).containsExactly(SEARCH);
			assertThat(pick(items)).as("while it is searched").isEmpty();
			end(search);
			List<Execution> item = pick(items);
			assertThat(item).extracting(Execution::getTaskName).containsExactly(ITEM);
			end(item);
		}
	}

	@Test
	void pickWhenThereAreSeveralSlotsPicksASearchAndItemsAtOnce() {
		DbSchedulerItems<Long> items = items(3);
		for (int turn = 0; turn < 3; turn++) {
			List<Execution> all = pick(items);
			assertThat(all).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM, ITEM);
			end(all);
		}
	}

	@Test
	void pickWithinThePollingIntervalLooksForItemsOnly() {
		DbSchedulerItems<Long> items = items(2);
		end(pick(items));
		this.now = this.now.plus(POLLING).minusNanos(1);
		List<Execution> soon = pickNow(items);
		assertThat(soon).extracting(Execution::getTaskName).containsExactly(ITEM, ITEM);
		end(soon);
		this.now = this.now.plusNanos(1);
		assertThat(pickNow(items)).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM);
	}

	@Test
	void pickWhenClockWasSetBackLooksForASearch() {
		DbSchedulerItems<Long> items = items(2);
		end(pick(items));
		this.now = this.now.minus(Duration.ofHours(1));
		assertThat(pickNow(items)).extracting(Execution::getTaskName).containsExactly(SEARCH, ITEM);
	}

	@Test
	void pickWhenServiceStopsPicksNothing() {
		DbSchedulerItems<Long> items = items(2);
		this.context.tellToStop();
		assertThat(pick(items)).isEmpty();
		assertThat(items.snapshot().inHand()).isZero();
	}

	private DbSchedulerItems<Long> items(int concurrency) {
		ItemSettings settings = new ItemSettings(concurrency, DbSchedulerItemEngineTests.SETTINGS.retry(),
				Duration.ofMinutes(1), 1000);
		return new DbSchedulerItems<>(new MemoryItems(), settings, this.context.get(),
				new SimulatedBackend(new Random(0)), this.cluster);
	}

	private List<Execution> pick(DbSchedulerItems<?> items) {
		this.now = this.now.plus(POLLING);
		return pickNow(items);
	}

	private List<Execution> pickNow(DbSchedulerItems<?> items) {
		List<Execution> into = new ArrayList<>();
		items.pick(this.picker, this.now, 10, into);
		return into;
	}

	private void end(List<Execution> executions) {
		executions.forEach(this.inHand::release);
	}

	private List<Execution> due(String task, int limit) {
		List<Execution> due = new ArrayList<>();
		for (int count = 0; count < (task.equals(SEARCH) ? 1 : limit); count++) {
			due.add(new Execution(this.now, new TaskInstance<>(task, "" + this.picked++)));
		}
		return due;
	}

}
