// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceState;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link EmbeddedItems} in virtual time.
 */
class EmbeddedItemsTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@Test
	void startProcessesWhatIsDueAndTheRestAtItsTime() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofSeconds(-5));
		rows.row(2, Duration.ofSeconds(30));
		rows.row(3, Duration.ofSeconds(31));
		items.start();
		items.pass(MINUTE);
		assertThat(rows.log).containsExactly("0s checkAll", "0s process 1", "0s checkOne 1", "30s process 2",
				"30s checkOne 2", "31s process 3", "31s checkOne 3");
		assertThat(items.items().processed()).isEqualTo(3);
		assertThat(items.items().lateness().max()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void checkAllArmsTwoIntervalsAndFindsTheRestLater() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(19));
		rows.row(2, Duration.ofMinutes(21));
		rows.row(3, Duration.ofMinutes(45));
		items.start();
		assertThat(items.items().armed()).isOne();
		items.pass(Duration.ofMinutes(50));
		assertThat(rows.log).containsExactly("0s checkAll", "600s checkAll", "1140s process 1", "1140s checkOne 1",
				"1200s checkAll", "1260s process 2", "1260s checkOne 2", "1800s checkAll", "2400s checkAll",
				"2700s process 3", "2700s checkOne 3", "3000s checkAll");
	}

	@Test
	void checkAllWhenAnItemIsAlwaysDueIsNotHeldUp() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				return Outcome.DONE;
			}

			@Override
			public @Nullable Instant checkOne(Long id) {
				return this.clock.get().plusMillis(100);
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ZERO);
		items.start();
		items.pass(Duration.ofMinutes(30));
		assertThat(rows.log).containsExactly("0s checkAll", "600s checkAll", "1200s checkAll", "1800s checkAll");
		assertThat(items.items().processed()).isGreaterThan(17_000);
	}

	@Test
	void processWhenThereIsNothingToDoYetIsTriedAgainAtItsTimeAfterASecondAtTheEarliest() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " process " + id);
				return Outcome.NOT_YET;
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ZERO);
		items.start();
		items.pass(Duration.ofMillis(1500));
		rows.row(1, Duration.ofSeconds(10));
		items.pass(Duration.ofSeconds(9));
		assertThat(rows.log).containsExactly("0s checkAll", "0s process 1", "0s checkOne 1", "1s process 1",
				"1s checkOne 1", "2s process 1", "2s checkOne 1", "10s process 1", "10s checkOne 1");
		assertThat(items.items().notYet()).isEqualTo(4);
	}

	@Test
	void processWhenItFailsIsRetriedWithBackoffAndReportedAndOthersGoOn() {
		AtomicInteger failures = new AtomicInteger(4);
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (id == 1 && failures.getAndDecrement() > 0) {
					this.log.add(since() + " fails");
					throw new IllegalStateException("no answer");
				}
				return super.process(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, settings(1, Duration.ofSeconds(4)));
		rows.row(1, Duration.ZERO);
		rows.row(2, Duration.ofSeconds(2));
		items.start();
		items.pass(Duration.ofSeconds(30));
		assertThat(rows.log).containsExactly("0s checkAll", "0s fails", "1s fails", "2s process 2", "2s checkOne 2",
				"3s fails", "7s fails", "11s process 1", "11s checkOne 1");
		assertThat(items.items().failed()).isEqualTo(4);
		assertThat(items.items().retried()).isEqualTo(4);
		assertThat(items.events(LifecycleEvent.WorkFailed.class)).hasSize(4).allSatisfy((event) -> {
			assertThat(event.failure().kind()).isEqualTo(WorkKind.ITEM);
			assertThat(event.failure().name()).isEqualTo("1");
			assertThat(event.failure().severity()).isEqualTo(Condition.Severity.WARNING);
		});
	}

	@Test
	void checkOneWhenItFailsAfterProcessingIsAskedAgainWithoutProcessing() {
		AtomicBoolean fails = new AtomicBoolean(true);
		ItemRows rows = new ItemRows() {

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				if (fails.getAndSet(false)) {
					throw new IllegalStateException("no answer");
				}
				return super.checkOne(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ZERO);
		items.start();
		items.pass(Duration.ofSeconds(5));
		assertThat(rows.log).containsExactly("0s checkAll", "0s process 1", "1s checkOne 1");
		assertThat(items.items().armed()).isZero();
	}

	@Test
	void checkOneWhenItFailsForAnEventDoesNotProcessEarly() {
		AtomicBoolean fails = new AtomicBoolean(true);
		ItemRows rows = new ItemRows() {

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				if (fails.getAndSet(false)) {
					throw new IllegalStateException("no answer");
				}
				return super.checkOne(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		rows.row(1, Duration.ofSeconds(20));
		items.schedule(1L);
		items.pass(Duration.ofSeconds(30));
		assertThat(rows.log).containsExactly("0s checkAll", "1s checkOne 1", "20s process 1", "20s checkOne 1");
	}

	@Test
	void scheduleMovesAnItemBothWays() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofSeconds(30));
		rows.row(2, Duration.ofSeconds(30));
		items.start();
		rows.row(1, Duration.ofSeconds(10));
		rows.row(2, Duration.ofSeconds(50));
		items.schedule(1L);
		items.schedule(2L);
		items.pass(MINUTE);
		assertThat(rows.log).containsExactly("0s checkAll", "0s checkOne 1", "0s checkOne 2", "10s process 1",
				"10s checkOne 1", "50s process 2", "50s checkOne 2");
	}

	@Test
	void scheduleOfManyForOneItemAsksOnce() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		rows.row(1, Duration.ofSeconds(10));
		for (int event = 0; event < 10_000; event++) {
			items.schedule(1L);
		}
		items.run();
		assertThat(rows.log).containsExactly("0s checkAll", "0s checkOne 1");
	}

	@Test
	void checkAllWhenUnsortedKeepsEverythingAndSaysSo() {
		ItemRows rows = stream((start) -> Stream.of(item(3, start.plusSeconds(30)), item(1, start.plusSeconds(10)),
				item(4, start.plus(Duration.ofDays(1))), item(2, start.plusSeconds(20))));
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofSeconds(10));
		rows.row(2, Duration.ofSeconds(20));
		rows.row(3, Duration.ofSeconds(30));
		items.start();
		items.pass(MINUTE);
		assertThat(rows.log).containsSubsequence("10s process 1", "20s process 2", "30s process 3");
		assertThat(problem(items)).contains("yields 2 items after ones with a later time");
		assertThat(items.snapshot().vitals().healthy()).isFalse();
	}

	@Test
	void checkAllWhenItFailsKeepsWhatItReadAndIsTriedAgainSoon() {
		AtomicBoolean fails = new AtomicBoolean(true);
		ItemRows rows = stream(
				(start) -> Stream.concat(Stream.of(item(1, start.plusSeconds(10))), Stream.of(2L).map((id) -> {
					if (fails.getAndSet(false)) {
						throw new IllegalStateException("connection lost");
					}
					return item(id, start.plusSeconds(20));
				})));
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofSeconds(10));
		rows.row(2, Duration.ofSeconds(20));
		items.start();
		assertThat(items.items().armed()).isOne();
		assertThat(problem(items)).contains("checkAll failed", "connection lost");
		assertThat(items.events(LifecycleEvent.WorkFailed.class)).hasSize(1);
		items.pass(Duration.ofSeconds(1));
		assertThat(items.items().armed()).isEqualTo(2);
		assertThat(items.snapshot().reports().conditions()).isEmpty();
		items.pass(MINUTE);
		assertThat(rows.log).containsExactly("0s checkAll", "1s checkAll", "10s process 1", "10s checkOne 1",
				"20s process 2", "20s checkOne 2");
	}

	@Test
	void checkAllWhenEndlessStopsAtTheLimitAndSaysSo() {
		ItemRows rows = stream((start) -> LongStream.iterate(1, (id) -> id + 1).mapToObj((id) -> item(id, start)));
		SteppedItems<Long> items = stepped(rows,
				new ItemSettings(1, ItemSettings.DEFAULTS.retry(), Duration.ofHours(1), 100));
		items.start();
		assertThat(problem(items)).contains("yields more than 100 items", "managed-services.items.items.max-items");
		assertThat(rows.log.stream().filter((line) -> line.startsWith("0s process"))).hasSize(100);
	}

	@Test
	void checkAllWhenItYieldsNullKeepsTheOthersAndSaysSo() {
		ItemRows rows = stream(EmbeddedItemsTests::withNulls);
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ZERO);
		items.start();
		assertThat(rows.log).contains("0s process 1");
		assertThat(problem(items)).contains("yields 3 items that are null or have no id or no time");
	}

	@SuppressWarnings("NullAway")
	private static Stream<DueItem<Long>> withNulls(Instant start) {
		return Stream.of(null, new DueItem<>(null, start), new DueItem<>(7L, null), item(1, start));
	}

	@Test
	void timesFarInThePastAndTheFutureAreTaken() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.rows.put(1L, Instant.MIN);
		rows.rows.put(2L, Instant.MAX);
		items.start();
		items.schedule(2L);
		items.pass(MINUTE);
		assertThat(rows.log).containsExactly("0s checkAll", "0s process 1", "0s checkOne 1", "0s checkOne 2");
		assertThat(items.items().armed()).isZero();
	}

	@Test
	void scheduleOfAnItemThatIsDueAfterTwoIntervalsLeavesItToTheSearch() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		rows.row(1, Duration.ofMinutes(25));
		items.schedule(1L);
		items.run();
		assertThat(items.items().armed()).isZero();
		items.pass(Duration.ofMinutes(25));
		assertThat(rows.log).contains("0s checkOne 1", "1500s process 1");
	}

	@Test
	void itemThatASearchDoesNotFindAnyMoreIsAskedForInsteadOfProcessed() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(15));
		rows.row(2, Duration.ofMinutes(16));
		rows.row(3, Duration.ofMinutes(17));
		items.start();
		rows.row(1, Duration.ofMinutes(62));
		rows.rows.remove(2L);
		items.pass(Duration.ofMinutes(18));
		assertThat(rows.log).containsExactly("0s checkAll", "600s checkAll", "900s checkOne 1", "960s checkOne 2",
				"1020s process 3", "1020s checkOne 3");
		items.pass(Duration.ofMinutes(45));
		assertThat(rows.log).contains("3720s process 1");
	}

	@Test
	void checkAllThatTakesMostOfItsIntervalLeavesTimeForTheItems() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = slow(running, Duration.ofSeconds(6));
		rows.interval = Duration.ofSeconds(10);
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		running.set(items);
		for (long id = 0; id < 60; id++) {
			rows.row(id, Duration.ofSeconds(id));
		}
		items.start();
		items.pass(Duration.ofSeconds(80));
		assertThat(rows.rows).isEmpty();
		assertThat(rows.log.stream().filter((line) -> line.endsWith("checkAll"))).startsWith("0s checkAll",
				"10s checkAll", "20s checkAll");
	}

	@Test
	void checkAllThatTakesLongerThanItsIntervalLeavesATenthOfTheTime() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = slow(running, Duration.ofSeconds(30));
		rows.interval = Duration.ofSeconds(10);
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		running.set(items);
		rows.row(1, Duration.ofSeconds(35));
		items.start();
		items.pass(Duration.ofSeconds(40));
		assertThat(rows.log).containsExactly("0s checkAll", "33s checkAll", "63s process 1", "63s checkOne 1",
				"66s checkAll");
	}

	@Test
	void checkAllThatTakesLongerThanItsIntervalIsNotBegunTwiceByOtherLanes() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = slow(running, Duration.ofMinutes(35));
		SteppedItems<Long> items = stepped(rows, settings(3, MINUTE));
		running.set(items);
		rows.row(1, Duration.ofMinutes(5));
		items.start();
		items.pass(Duration.ofSeconds(1));
		assertThat(rows.log).containsExactly("0s checkAll", "2100s process 1", "2100s checkOne 1");
	}

	private static ItemRows slow(AtomicReference<SteppedItems<Long>> running, Duration duration) {
		return new ItemRows() {

			private int inside;

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				assertThat(this.inside++).isZero();
				List<DueItem<Long>> found = super.checkAll().toList();
				running.get().pass(duration);
				this.inside--;
				return found.stream();
			}

		};
	}

	@Test
	void checkAllWhenTheFirstIsDueLaterThanOthersKeepsThemAndSaysSo() {
		ItemRows rows = stream((start) -> Stream.of(item(4, start.plus(Duration.ofDays(1))),
				item(1, start.plusSeconds(10)), item(2, start.plusSeconds(20))));
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofSeconds(10));
		rows.row(2, Duration.ofSeconds(20));
		items.start();
		items.pass(MINUTE);
		assertThat(rows.log).containsSubsequence("10s process 1", "20s process 2");
		assertThat(problem(items)).contains("yields 1 items after ones with a later time");
	}

	@Test
	void checkAllWhenUnsortedReadsOnBeyondWhatIsDueLater() {
		AtomicInteger beyond = new AtomicInteger();
		ItemRows rows = stream(
				(start) -> Stream.concat(Stream.of(item(2, start.plusSeconds(20)), item(1, start.plusSeconds(10))),
						Stream.concat(later(start, 1000, beyond), Stream.of(item(3, start.plusSeconds(30))))));
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(3, Duration.ofSeconds(30));
		items.start();
		assertThat(beyond).hasValue(1000);
		assertThat(items.items().armed()).isEqualTo(3);
		items.pass(MINUTE);
		assertThat(rows.log).contains("30s process 3");
		assertThat(problem(items)).contains("yields 2 items after ones with a later time");
	}

	@Test
	void checkAllWhenSortedEndsAfterFiveHundredThatAreDueLater() {
		AtomicInteger beyond = new AtomicInteger();
		ItemRows rows = stream(
				(start) -> Stream.concat(Stream.of(item(1, start.plusSeconds(10))), later(start, 1000, beyond)));
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		assertThat(beyond).hasValue(500);
		assertThat(items.items().armed()).isOne();
		assertThat(items.snapshot().reports().conditions()).isEmpty();
	}

	@Test
	void checkAllOfMoreThanABatchArmsEachAtItsTime() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		for (long id = 1; id <= 1200; id++) {
			rows.row(id, Duration.ofMillis(500 * id));
		}
		items.start();
		assertThat(items.items().armed()).isEqualTo(1200);
		assertThat(items.items().checkAll().items()).isEqualTo(1200);
		assertThat(items.items().checkAll().last()).isEqualTo(items.now());
		assertThat(items.items().checkAll().duration()).isEqualTo(Duration.ZERO);
		items.pass(Duration.ofMinutes(5));
		assertThat(items.items().processed()).isEqualTo(600);
		assertThat(items.items().lateness().max()).isZero();
		assertThat(items.snapshot().reports().conditions()).isEmpty();
	}

	@Test
	void checkAllOfAsManyAsMayBeAtTheSameTimeIsInOrder() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows,
				new ItemSettings(1, ItemSettings.DEFAULTS.retry(), ItemSettings.DEFAULTS.lateThreshold(), 3));
		for (long id = 1; id <= 3; id++) {
			rows.row(id, Duration.ofSeconds(1));
		}
		items.start();
		assertThat(items.items().armed()).isEqualTo(3);
		assertThat(items.snapshot().reports().conditions()).isEmpty();
	}

	@Test
	void itemThatAFailedSearchDidNotFindIsProcessedNevertheless() {
		ItemRows rows = new ItemRows() {

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				if (since().equals("0s")) {
					return super.checkAll();
				}
				throw new IllegalStateException("planted");
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(15));
		items.start();
		items.pass(Duration.ofMinutes(16));
		assertThat(rows.log).containsExactly("0s checkAll", "900s process 1", "900s checkOne 1");
	}

	private static Stream<DueItem<Long>> later(Instant start, int count, AtomicInteger read) {
		return LongStream.range(0, count).mapToObj((number) -> {
			read.incrementAndGet();
			return item(1_000_000 + number, start.plus(Duration.ofDays(1)).plusSeconds(number));
		});
	}

	@Test
	void whatIsDueAndWhatIsAskedTakeTurns() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, settings(1, MINUTE));
		for (long id = 1; id <= 4; id++) {
			rows.row(id, Duration.ofSeconds(id));
		}
		items.start();
		items.backend.advanceTo(items.backend.nanoTime() + Duration.ofSeconds(5).toNanos());
		for (long id = 11; id <= 14; id++) {
			items.schedule(id);
		}
		items.run();
		assertThat(rows.log).filteredOn((line) -> !line.matches("5s checkOne [1-4]"))
			.containsExactly("0s checkAll", "5s checkOne 11", "5s process 1", "5s checkOne 12", "5s process 2",
					"5s checkOne 13", "5s process 3", "5s checkOne 14", "5s process 4");
	}

	@Test
	void clockThatJumpsAheadMakesItemsDueAndOneThatJumpsBackHoldsThem() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.interval = Duration.ofHours(2);
		rows.row(1, Duration.ofMinutes(50));
		rows.row(2, Duration.ofMinutes(70));
		items.start();
		items.backend.jump(Duration.ofHours(1));
		items.run();
		assertThat(rows.log).contains("3600s process 1").doesNotContain("3600s process 2");
		items.backend.jump(Duration.ofHours(-1));
		items.pass(Duration.ofMinutes(70).minusSeconds(1));
		assertThat(rows.log).noneMatch((entry) -> entry.contains("process 2"));
		items.pass(MINUTE);
		assertThat(rows.log).contains("4200s process 2");
	}

	@Test
	void clockThatJumpsBeyondTwoIntervalsIsFollowedByASearch() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(15));
		rows.row(2, Duration.ofMinutes(90));
		rows.row(3, Duration.ofMinutes(130));
		items.start();
		items.pass(Duration.ofSeconds(1));
		items.backend.jump(Duration.ofHours(2));
		items.run();
		assertThat(rows.log).contains("7201s process 1", "7201s process 2");
		items.pass(Duration.ofMinutes(10));
		assertThat(rows.log).contains("7800s process 3");
	}

	@Test
	void clockThatIsSetBackDoesNotHoldUpWhatHasFailed() {
		ItemRows rows = new ItemRows() {

			private boolean failed;

			@Override
			public Outcome process(Long id) throws Exception {
				if (!this.failed) {
					this.failed = true;
					throw new IllegalStateException("planted");
				}
				return super.process(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofDays(-2));
		items.start();
		assertThat(items.items().failed()).isOne();
		items.backend.jump(Duration.ofDays(-1));
		items.pass(ItemSettings.DEFAULTS.retry().maxDelay());
		assertThat(items.items().processed()).isOne();
	}

	@Test
	void clockThatIsSetBackHoldsWhatHadNothingToDoYetForNoLongerThanASecond() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " process " + id);
				return Outcome.NOT_YET;
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofDays(-2));
		items.start();
		items.backend.jump(Duration.ofHours(-1));
		items.pass(Duration.ofMillis(1500));
		assertThat(rows.log).filteredOn((line) -> line.endsWith(" process 1")).hasSize(2);
	}

	@Test
	void clockThatIsSetByHalfOfTheIntervalIsFollowedByOneSearch() {
		for (Duration half : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
			ItemRows rows = new ItemRows();
			SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
			items.backend.jump(half.minus(half.dividedBy(1000)));
			items.run();
			assertThat(rows.log).as("less than half of it").hasSize(1);
			items.backend.jump(half.dividedBy(1000));
			items.run();
			assertThat(rows.log).hasSize(2);
			items.pass(Duration.ofMinutes(10).minusSeconds(1));
			assertThat(rows.log).as("before the next one is due").hasSize(2);
			items.pass(Duration.ofSeconds(1));
			assertThat(rows.log).hasSize(3);
		}
	}

	@Test
	void clockThatIsSetBySecondsIsNotFollowedByASearch() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		items.pass(Duration.ofSeconds(1));
		items.backend.jump(Duration.ofSeconds(30));
		items.run();
		assertThat(rows.log).containsExactly("0s checkAll");
	}

	@Test
	void stopFinishesTheItemInHandAndNothingMore() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS).start();
		rows.row(1, Duration.ofSeconds(9));
		rows.row(2, Duration.ofSeconds(9));
		items.schedule(1L);
		items.schedule(2L);
		items.run();
		items.hold((call) -> true);
		items.pass(Duration.ofSeconds(9));
		assertThat(items.held()).hasSize(1);
		items.hold((call) -> false);
		items.engine.stop();
		items.run();
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.STOPPING);
		assertThat(items.held().element().isInterrupted()).isFalse();
		HeldCall.finish(items.held().remove());
		items.run();
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.STOPPED);
		assertThat(rows.log).containsExactly("0s checkAll", "0s checkOne 1", "0s checkOne 2");
		items.start();
		assertThat(rows.log).contains("9s process 1", "9s process 2");
	}

	@Test
	void stopForgetsTheItemsButNotWhatWasCounted() {
		AtomicReference<SteppedItems<Long>> stepped = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (id == 2) {
					stepped.get().engine.stop();
					stepped.get().run();
					assertThat(stepped.get().items().inHand()).isOne();
					stepped.get().schedule(3L);
				}
				return super.process(id);
			}

		};
		stepped.set(stepped(rows, ItemSettings.DEFAULTS));
		rows.row(1, Duration.ofSeconds(1));
		rows.row(2, Duration.ofSeconds(2));
		rows.row(3, Duration.ofSeconds(3));
		stepped.get().start();
		stepped.get().pass(MINUTE);
		assertThat(stepped.get().snapshot().state()).isEqualTo(ServiceState.STOPPED);
		ItemsSnapshot snapshot = stepped.get().items();
		assertThat(snapshot.due()).isZero();
		assertThat(snapshot.armed()).isZero();
		assertThat(snapshot.inHand()).isZero();
		assertThat(snapshot.processed()).isEqualTo(2);
		stepped.get().start();
		assertThat(stepped.get().items().processed()).isEqualTo(3);
	}

	@Test
	void checkAllWhenItFindsAnItemInHandLeavesItToWhoeverHasIt() {
		AtomicInteger processed = new AtomicInteger();
		AtomicReference<SteppedItems<Long>> stepped = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (processed.incrementAndGet() == 1) {
					// It takes longer than an interval, and its row is still there.
					stepped.get().pass(Duration.ofMinutes(11));
				}
				return super.process(id);
			}

		};
		stepped.set(stepped(rows, settings(2, MINUTE)));
		rows.row(1, Duration.ZERO);
		stepped.get().start();
		assertThat(rows.log).containsExactly("0s checkAll", "600s checkAll", "660s process 1", "660s checkOne 1");
		assertThat(processed).hasValue(1);
	}

	@Test
	void stopOfTheSchedulerEndsTheService() {
		SteppedItems<Long> items = stepped(new ItemRows(), ItemSettings.DEFAULTS).start();
		items.scheduler().stop();
		items.pass(MINUTE);
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.STOPPED);
	}

	@Test
	void intervalWhenInvalidFailsTheStart() {
		ItemRows rows = new ItemRows();
		rows.interval = Duration.ZERO;
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		items.engine.start();
		items.pass(MINUTE);
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.FAILED);
		assertThat(items.snapshot().failure()).hasStackTraceContaining(
				"The interval of item service 'items' is invalid: expected a duration above 0 and up to 36500d, found PT0S");
	}

	@Test
	void itemsThatBeginLateRaiseAWarningUntilNoneIsDue() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(-2));
		items.hold((call) -> rows.log.contains("0s process 1"));
		items.start();
		assertThat(items.events(LifecycleEvent.ConditionChanged.class)).hasSize(2);
		assertThat(items.events(LifecycleEvent.ConditionChanged.class).get(0).current()).satisfies((condition) -> {
			assertThat(condition).isNotNull();
			assertThat(condition.severity()).isEqualTo(Condition.Severity.WARNING);
			assertThat(condition.message()).contains("PT2M", "managed-services.items.items.late-threshold");
		});
		assertThat(items.snapshot().reports().conditions()).isEmpty();
	}

	@Test
	void itemThatWaitsForItsTurnIsLateUntilItBegins() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		List<Duration> late = new ArrayList<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				late.add(running.get().items().lateness().now());
				return super.process(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		running.set(items);
		rows.row(1, Duration.ofMinutes(-2));
		rows.row(2, Duration.ofMinutes(-1));
		rows.row(3, Duration.ofMinutes(15));
		items.start();
		assertThat(late).containsExactly(Duration.ofMinutes(1), Duration.ZERO);
	}

	@Test
	void itemsThatWaitForTheirTimeRaiseNoWarning() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ofMinutes(15));
		items.start();
		items.pass(MINUTE);
		assertThat(items.items().armed()).isOne();
		assertThat(items.events(LifecycleEvent.ConditionChanged.class)).isEmpty();
	}

	@Test
	void itemThatBecomesDueWhileItIsAskedForIsNotProcessedMeanwhile() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			private boolean asked;

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				if (!this.asked) {
					this.asked = true;
					running.get().pass(Duration.ofSeconds(20));
					this.log.add(since() + " asked");
				}
				return super.checkOne(id);
			}

		};
		SteppedItems<Long> items = stepped(rows, settings(3, MINUTE));
		running.set(items);
		rows.row(1, Duration.ofSeconds(10));
		items.start();
		items.schedule(1L);
		items.pass(MINUTE);
		assertThat(rows.log).containsExactly("0s checkAll", "20s asked", "20s checkOne 1", "20s process 1",
				"20s checkOne 1");
		assertThat(items.items().processed()).isOne();
	}

	@Test
	void itemThatIsAsLateAsCanBeRaisesAWarning() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.rows.put(1L, Instant.MIN);
		items.start();
		assertThat(items.events(LifecycleEvent.ConditionChanged.class)).hasSize(2);
		assertThat(items.items().lateness().max()).isGreaterThan(Duration.ofDays(365));
	}

	@Test
	void processWhenItThrowsBecauseOfTheInterruptOfAStopIsNoFailure() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				running.get().engine.stop();
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted while it waited for a connection");
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		running.set(items);
		rows.row(1, Duration.ZERO);
		items.start();
		Thread.interrupted();
		items.run();
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.STOPPED);
		assertThat(items.items().failed()).isOne();
		assertThat(items.events(LifecycleEvent.WorkFailed.class)).isEmpty();
	}

	@Test
	void checkAllBringsAnItemForwardThatHadNothingToDoYet() {
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, MINUTE);
		items.start();
		rows.row(1, Duration.ofHours(20));
		items.pass(Duration.ofMinutes(5));
		assertThat(rows.log).containsExactly("0s checkAll", "60s process 1", "60s checkOne 1");
		rows.row(1, Duration.ofMinutes(15));
		items.pass(Duration.ofMinutes(15));
		assertThat(rows.log).contains("900s process 1");
	}

	@Test
	void checkAllWhenItFindsWhatWasDoneMeanwhileAsksInsteadOfDoingItAgain() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				List<DueItem<Long>> found = super.checkAll().toList();
				if (since().equals("600s")) {
					running.get().pass(Duration.ofMinutes(6));
				}
				return found.stream();
			}

		};
		SteppedItems<Long> items = stepped(rows, settings(2, MINUTE));
		running.set(items);
		rows.row(1, Duration.ofMinutes(15));
		items.start();
		items.pass(Duration.ofMinutes(18));
		assertThat(rows.log).containsSubsequence("600s checkAll", "900s process 1", "900s checkOne 1",
				"960s checkOne 1");
		assertThat(rows.log).containsOnlyOnce("900s process 1").doesNotContain("960s process 1");
	}

	@Test
	void scheduleWhenThereWasNothingToDoYetWaitsForASecond() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " process " + id);
				return Outcome.NOT_YET;
			}

		};
		SteppedItems<Long> items = stepped(rows, ItemSettings.DEFAULTS);
		rows.row(1, Duration.ZERO);
		items.start();
		items.schedule(1L);
		items.pass(Duration.ofMillis(900));
		assertThat(rows.log).containsExactly("0s checkAll", "0s process 1", "0s checkOne 1", "0s checkOne 1");
		items.pass(Duration.ofMillis(200));
		assertThat(rows.log).contains("1s process 1");
	}

	private static SteppedItems<Long> stepped(ItemRows rows, ItemSettings settings) {
		SteppedItems<Long> items = new SteppedItems<>(0, rows, settings);
		rows.on(items::now);
		return items;
	}

	private static ItemSettings settings(int concurrency, Duration maxDelay) {
		return new ItemSettings(concurrency, new ItemSettings.Retry(Duration.ofSeconds(1), 2, maxDelay),
				ItemSettings.DEFAULTS.lateThreshold(), ItemSettings.DEFAULTS.maxItems());
	}

	private static DueItem<Long> item(long id, Instant due) {
		return new DueItem<>(id, due);
	}

	private static ItemRows stream(Function<Instant, Stream<DueItem<Long>>> all) {
		return new ItemRows() {

			private @Nullable Instant begun;

			@Override
			public Stream<DueItem<Long>> checkAll() {
				this.log.add(since() + " checkAll");
				if (this.begun == null) {
					this.begun = this.clock.get();
				}
				return all.apply(this.begun);
			}

		};
	}

	private static String problem(SteppedItems<?> items) {
		List<Condition> conditions = items.snapshot().reports().conditions();
		assertThat(conditions).hasSize(1);
		assertThat(conditions.get(0).severity()).isEqualTo(Condition.Severity.ERROR);
		return conditions.get(0).message();
	}

}
