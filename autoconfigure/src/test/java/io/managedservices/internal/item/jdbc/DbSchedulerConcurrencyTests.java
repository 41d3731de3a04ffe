// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many methods of a service run at once with {@link DbSchedulerItemEngine}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DbSchedulerConcurrencyTests {

	private static final int ITEMS = 60;

	private final DataSource database = TestPostgres.database();

	private final List<ItemInstance<Long, Crowd>> instances = new ArrayList<>();

	@AfterEach
	void stopAll() {
		this.instances.forEach(ItemInstance::stop);
	}

	@Test
	void itemsWhenConcurrencyIsThreeAreInHandThreeAtOnceAndNeverMore() {
		Crowd crowd = new Crowd(new Shared(), 3);
		run(crowd, 3);
		assertThat(crowd.shared.violations).isEmpty();
		assertThat(crowd.most).hasValue(3);
		assertThat(crowd.mostItems).hasValue(3);
	}

	@Test
	void methodsWhenConcurrencyIsOneRunOneAtATime() {
		Crowd crowd = new Crowd(new Shared(), 1);
		run(crowd, 1);
		assertThat(crowd.shared.violations).isEmpty();
		assertThat(crowd.most).hasValue(1);
		assertThat(crowd.searches).hasPositiveValue();
	}

	@Test
	void itemsOnTwoInstancesAreNeverTwiceInHand() {
		Shared shared = new Shared();
		Crowd first = new Crowd(shared, 1);
		begin(new Crowd(shared, 1), 2);
		run(first, 2);
		assertThat(shared.violations).isEmpty();
	}

	private void run(Crowd crowd, int concurrency) {
		ItemInstance<Long, Crowd> instance = begin(crowd, concurrency);
		AtomicInteger number = new AtomicInteger();
		// Everything happens at once: items, searches, and questions for single ones.
		Awaitility.await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofMillis(5)).until(() -> {
			instance.items().schedule((long) (number.incrementAndGet() % ITEMS));
			return crowd.shared.done.size() == ITEMS && crowd.searches.get() > 2
					&& crowd.shared.rounds.get() > 3 * ITEMS;
		});
	}

	private ItemInstance<Long, Crowd> begin(Crowd crowd, int concurrency) {
		ItemInstance<Long, Crowd> instance = new ItemInstance<>(this.database, crowd, new ItemSettings(concurrency,
				ItemSettings.DEFAULTS.retry(), Duration.ofMinutes(1), ItemSettings.DEFAULTS.maxItems()));
		this.instances.add(instance);
		instance.begin();
		return instance;
	}

	/**
	 * What instances share.
	 */
	private static final class Shared {

		private final Set<Long> inHand = ConcurrentHashMap.newKeySet();

		private final Set<Long> done = new ConcurrentSkipListSet<>();

		private final AtomicInteger rounds = new AtomicInteger();

		private final Set<String> violations = new ConcurrentSkipListSet<>();

	}

	/**
	 * Items that are always due, and notes who is inside.
	 */
	private static final class Crowd implements ItemService<Long> {

		private final Shared shared;

		private final AtomicInteger inside = new AtomicInteger();

		private final AtomicInteger most = new AtomicInteger();

		private final AtomicInteger items = new AtomicInteger();

		private final AtomicInteger mostItems = new AtomicInteger();

		private final AtomicInteger searches = new AtomicInteger();

		/** Opens when as many are inside as may be. */
		private final CountDownLatch full;

		Crowd(Shared shared, int full) {
			this.shared = shared;
			this.full = new CountDownLatch(full);
		}

		private void enter() {
			this.most.accumulateAndGet(this.inside.incrementAndGet(), Math::max);
		}

		private void leave() {
			this.inside.decrementAndGet();
		}

		@Override
		public Outcome process(Long id) throws Exception {
			enter();
			if (!this.shared.inHand.add(id)) {
				this.shared.violations.add("item " + id + " is in hand twice");
			}
			this.mostItems.accumulateAndGet(this.items.incrementAndGet(), Math::max);
			try {
				this.full.countDown();
				this.full.await();
				Thread.yield();
				this.shared.done.add(id);
				this.shared.rounds.incrementAndGet();
				return Outcome.DONE;
			}
			finally {
				this.items.decrementAndGet();
				this.shared.inHand.remove(id);
				leave();
			}
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			enter();
			this.searches.incrementAndGet();
			Instant now = Instant.now();
			return Stream.iterate(0L, (id) -> id + 1)
				.limit(ITEMS)
				.map((id) -> new DueItem<>(id, now))
				.onClose(this::leave);
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			enter();
			Thread.yield();
			leave();
			return Instant.now();
		}

		@Override
		public Duration interval() {
			return Duration.ofMillis(200);
		}

	}

}
