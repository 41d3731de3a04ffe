// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What {@link EmbeddedItems} makes of what user code leaves behind, of errors, and of
 * faults of its own, in virtual time.
 */
class EmbeddedItemsFaultTests {

	@Test
	void interruptThatIsLeftBehindReachesNobodyElse() {
		List<String> interrupted = new ArrayList<>();
		ItemRows rows = new ItemRows() {

			private void enter(String what) {
				if (Thread.currentThread().isInterrupted()) {
					interrupted.add(what);
				}
			}

			@Override
			public Outcome process(Long id) throws Exception {
				enter("process " + id);
				Outcome outcome = super.process(id);
				Thread.currentThread().interrupt();
				if (id == 2) {
					throw new IllegalStateException("no answer");
				}
				return outcome;
			}

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				enter("checkAll");
				return super.checkAll().onClose(Thread.currentThread()::interrupt);
			}

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				enter("checkOne " + id);
				Instant next = super.checkOne(id);
				Thread.currentThread().interrupt();
				return next;
			}

		};
		SteppedItems<Long> items = stepped(rows);
		for (long id = 1; id <= 4; id++) {
			rows.row(id, Duration.ofSeconds(id / 3));
		}
		items.start();
		// What this thread does next is other work.
		assertThat(Thread.interrupted()).isFalse();
		items.pass(Duration.ofSeconds(5));
		assertThat(Thread.interrupted()).isFalse();
		assertThat(interrupted).isEmpty();
		assertThat(items.items().processed()).isEqualTo(3);
		assertThat(rows.rows).isEmpty();
	}

	@Test
	void errorsOfTheServiceAreFailuresOfTheItemAndOthersGoOn() {
		AtomicInteger errors = new AtomicInteger(3);
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (id == 1 && errors.getAndDecrement() > 0) {
					throw (errors.get() == 1) ? new Unspeakable() : new StackOverflowError();
				}
				return super.process(id);
			}

			@Override
			public @Nullable Instant checkOne(Long id) throws Exception {
				if (id == 2 && errors.get() > 0) {
					throw new NoClassDefFoundError("io/managedservices/Missing");
				}
				return super.checkOne(id);
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ZERO);
		rows.row(2, Duration.ZERO);
		rows.row(3, Duration.ofSeconds(1));
		items.start();
		items.pass(Duration.ofMinutes(1));
		assertThat(rows.rows).isEmpty();
		assertThat(items.items().processed()).isEqualTo(3);
		assertThat(items.events(LifecycleEvent.WorkFailed.class)).extracting((event) -> event.failure().name())
			.containsOnly("1", "2")
			.filteredOn("1"::equals)
			.hasSize(3);
		assertThat(items.events(LifecycleEvent.EpisodeOpened.class)).isEmpty();
	}

	@Test
	void errorsOfASearchAreToldAndItIsTriedAgain() {
		AtomicInteger errors = new AtomicInteger(3);
		ItemRows rows = new ItemRows() {

			@Override
			public Stream<DueItem<Long>> checkAll() throws Exception {
				return switch (errors.getAndDecrement()) {
					case 3 -> throw new Unspeakable();
					case 2 -> throw new NoClassDefFoundError("io/managedservices/Missing");
					case 1 -> super.checkAll().onClose(() -> {
						throw new StackOverflowError();
					});
					default -> super.checkAll();
				};
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ofSeconds(30));
		items.start();
		assertThat(items.snapshot().vitals().healthy()).isFalse();
		items.pass(Duration.ofMinutes(1));
		assertThat(rows.rows).isEmpty();
		assertThat(items.snapshot().vitals().healthy()).isTrue();
		assertThat(items.events(LifecycleEvent.WorkFailed.class)).hasSize(3);
		assertThat(items.events(LifecycleEvent.EpisodeOpened.class)).isEmpty();
	}

	@Test
	void faultOfOurOwnAtAnyMomentIsToldAndNoItemIsLost() {
		for (int concurrency = 1; concurrency <= 2; concurrency++) {
			int faults = 0;
			for (int call = 1; call <= 60; call++) {
				faults += liveWithFault(concurrency, call) ? 1 : 0;
			}
			// Later ones than there are calls of the clock do not happen.
			assertThat(faults).isBetween(10, 55);
		}
	}

	private static boolean liveWithFault(int concurrency, int call) {
		Fault fault = new Fault(call);
		ItemRows rows = new ItemRows();
		SteppedItems<Long> items = new SteppedItems<>(call, rows, new ItemSettings(concurrency,
				ItemSettings.DEFAULTS.retry(), Duration.ofMinutes(5), ItemSettings.DEFAULTS.maxItems()), fault);
		rows.on(items::now);
		for (long id = 1; id <= 4; id++) {
			rows.row(id, Duration.ofSeconds(id / 2));
		}
		items.start();
		rows.row(5, Duration.ofSeconds(3));
		items.schedule(5L);
		items.pass(Duration.ofMinutes(1));
		boolean happened = fault.happened();
		assertThat(rows.rows).as("fault at call %d", call).isEmpty();
		assertThat(items.snapshot().state()).isEqualTo(ServiceState.RUNNING);
		assertThat(items.items().inHand()).isZero();
		if (happened) {
			assertThat(items.events(LifecycleEvent.EpisodeOpened.class).size()
					+ items.events(LifecycleEvent.WorkFailed.class).size())
				.as("fault at call %d is told", call)
				.isPositive();
		}
		// The search goes on, too.
		rows.row(6, Duration.ofMinutes(12));
		items.pass(Duration.ofMinutes(15));
		assertThat(rows.rows).as("after fault at call %d", call).isEmpty();
		return happened;
	}

	@Test
	void scheduleWhenItemHasFailedDoesNotCutItsWait() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " fails");
				throw new IllegalStateException("no answer");
			}

		};
		SteppedItems<Long> items = stepped(rows,
				new ItemSettings(1, new ItemSettings.Retry(Duration.ofMinutes(1), 2, Duration.ofHours(1)),
						ItemSettings.DEFAULTS.lateThreshold(), ItemSettings.DEFAULTS.maxItems()));
		rows.interval = Duration.ofSeconds(100);
		rows.row(1, Duration.ZERO);
		items.start();
		items.pass(Duration.ofSeconds(70));
		items.schedule(1L);
		items.pass(Duration.ofSeconds(290));
		assertThat(rows.log).containsExactly("0s checkAll", "0s fails", "60s fails", "70s checkOne 1", "100s checkAll",
				"180s fails", "200s checkAll", "300s checkAll");
	}

	@Test
	void scheduleWhenItemHasFailedAndIsDueLaterMovesItAndForgetsTheFailures() {
		AtomicBoolean fails = new AtomicBoolean(true);
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (fails.get()) {
					this.log.add(since() + " fails");
					throw new IllegalStateException("no answer");
				}
				return super.process(id);
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ZERO);
		items.start();
		items.pass(Duration.ofSeconds(2));
		rows.row(1, Duration.ofSeconds(30));
		items.schedule(1L);
		items.pass(Duration.ofSeconds(29));
		assertThat(rows.log).containsExactly("0s checkAll", "0s fails", "1s fails", "2s checkOne 1", "30s fails",
				"31s fails");
	}

	@Test
	void processThatSchedulesItsItemAndFailsIsTriedAfterItsWaits() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " fails");
				running.get().schedule(id);
				throw new IllegalStateException("no answer");
			}

		};
		running.set(stepped(rows));
		rows.row(1, Duration.ZERO);
		running.get().start();
		running.get().pass(Duration.ofSeconds(6));
		assertThat(rows.log).containsExactly("0s checkAll", "0s fails", "0s checkOne 1", "1s fails", "1s checkOne 1",
				"3s fails", "3s checkOne 1");
	}

	@Test
	void processThatReturnsNullHasFailed() {
		ItemRows rows = new ItemRows() {

			@Override
			@SuppressWarnings("NullAway")
			public Outcome process(Long id) {
				return null;
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ZERO);
		items.start();
		assertThat(items.items().failed()).isOne();
		assertThat(items.events(LifecycleEvent.WorkFailed.class).get(0).failure().cause()).hasMessage(
				"The outcome of process of item service 'items' is invalid: expected DONE or NOT_YET, found null");
	}

	@Test
	void processWhenDoneButDueAsBeforeIsNotTriedAgainWithinASecond() {
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) {
				this.log.add(since() + " process");
				return Outcome.DONE;
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ofSeconds(-3));
		items.start();
		items.pass(Duration.ofMillis(2500));
		assertThat(rows.log.stream().filter((line) -> line.endsWith("process"))).containsExactly("0s process",
				"1s process", "2s process");
	}

	@Test
	@SuppressWarnings("NullAway")
	void scheduleOfNullIsRefusedAtOnce() {
		SteppedItems<Long> items = stepped(new ItemRows()).start();
		assertThatNullPointerException().isThrownBy(() -> items.schedule(null))
			.withMessage("Item service 'items': expected the id of an item to schedule, found null");
	}

	@Test
	void clockThatIsSetBackDoesNotHoldBackWhatHasFailedForLong() {
		AtomicBoolean fails = new AtomicBoolean(true);
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (fails.getAndSet(false)) {
					throw new IllegalStateException("no answer");
				}
				return super.process(id);
			}

		};
		SteppedItems<Long> items = stepped(rows);
		rows.row(1, Duration.ofHours(-2));
		items.start();
		items.backend.jump(Duration.ofHours(-1));
		items.pass(Duration.ofMinutes(16));
		assertThat(items.items().processed()).isOne();
	}

	@Test
	void itemsThatWaitBehindOneThatHangsRaiseAWarningMeanwhile() {
		AtomicReference<SteppedItems<Long>> running = new AtomicReference<>();
		ItemRows rows = new ItemRows() {

			@Override
			public Outcome process(Long id) throws Exception {
				if (id == 1) {
					running.get().pass(Duration.ofSeconds(90));
					assertThat(running.get().snapshot().reports().conditions()).singleElement()
						.satisfies((condition) -> assertThat(condition.message()).contains("has not begun",
								"after its time", "managed-services.items.items.late-threshold"));
				}
				return super.process(id);
			}

		};
		running.set(stepped(rows));
		rows.row(1, Duration.ZERO);
		rows.row(2, Duration.ofSeconds(1));
		running.get().start();
		assertThat(running.get().items().failed()).isZero();
		assertThat(running.get().items().processed()).isEqualTo(2);
		assertThat(running.get().snapshot().reports().conditions()).isEmpty();
	}

	private static SteppedItems<Long> stepped(ItemRows rows) {
		return stepped(rows, ItemSettings.DEFAULTS);
	}

	private static SteppedItems<Long> stepped(ItemRows rows, ItemSettings settings) {
		SteppedItems<Long> items = new SteppedItems<>(0, rows, settings);
		rows.on(items::now);
		return items;
	}

	/**
	 * An error that cannot even be put into words.
	 */
	private static final class Unspeakable extends Error {

		@Override
		public String toString() {
			throw new StackOverflowError();
		}

	}

	/**
	 * Stands for an error in our own code: one call of the clock fails.
	 */
	private static final class Fault implements UnaryOperator<Backend> {

		private final AtomicInteger calls = new AtomicInteger();

		private final int failing;

		Fault(int failing) {
			this.failing = failing;
		}

		/**
		 * Whether it has happened. If not, it will not.
		 * @return whether it has
		 */
		boolean happened() {
			return this.calls.getAndSet(1000) >= this.failing;
		}

		@Override
		public Backend apply(Backend backend) {
			return (Backend) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Backend.class },
					(proxy, method, arguments) -> {
						if (method.getName().equals("instant") && this.calls.incrementAndGet() == this.failing) {
							throw new NoClassDefFoundError("planted");
						}
						try {
							return method.invoke(backend, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
