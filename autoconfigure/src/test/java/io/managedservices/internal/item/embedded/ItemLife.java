// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A random life of an item service in virtual time beside a table of items: rows that
 * come, move and go, with and without an event, calls that fail and that take time,
 * searches that take time, are out of order or break off, clocks that jump, stops and
 * starts. It checks while it lives that no item is processed early or twice at once, that
 * the search for all is never held up nor begun twice, and at the end that nothing is
 * left that was due, before a restart would find it anew. For use by one thread.
 */
final class ItemLife implements ItemService<Long> {

	private static final Duration INTERVAL = Duration.ofMinutes(5);

	private final Map<Long, Instant> rows = new HashMap<>();

	/** When items are due as the engine was told last. */
	private final Map<Long, @Nullable Instant> told = new HashMap<>();

	/**
	 * Those that have moved since a search began that has found all, and in which turn.
	 */
	private final Map<Long, Integer> untold = new HashMap<>();

	private final Set<Long> inHand = new HashSet<>();

	private final List<String> violations = new ArrayList<>();

	private final Random random;

	private final int concurrency;

	private final SteppedItems<Long> items;

	private final boolean jumps;

	private boolean calm;

	private int calls;

	private int depth;

	private @Nullable Instant lastSearch;

	private int failedSearches;

	private int moves;

	private boolean searching;

	ItemLife(long seed) {
		this.random = new Random(seed);
		this.concurrency = 1 + this.random.nextInt(3);
		this.jumps = this.random.nextInt(4) == 0;
		this.items = new SteppedItems<>(seed, this,
				new ItemSettings(this.concurrency,
						new ItemSettings.Retry(Duration.ofSeconds(1), 2, Duration.ofSeconds(30)), Duration.ofMinutes(1),
						10_000));
	}

	/**
	 * Lives, and checks that at the end nothing that was due is left.
	 */
	void live() {
		this.items.start();
		int steps = 50 + this.random.nextInt(150);
		for (int step = 0; step < steps; step++) {
			act();
			this.items.pass(Duration.ofMillis(this.random.nextInt(20_000)));
			checkSearch();
		}
		assertThat(this.violations).isEmpty();
		this.calm = true;
		this.items.hold((call) -> false);
		finishHeld(this.items.held().size());
		if (this.items.snapshot().state() == ServiceState.RUNNING) {
			this.items.pass(INTERVAL.multipliedBy(3));
			checkNothingIsOverdue();
		}
		// One that was given up while it was held up runs again only after a stop of all.
		this.items.engine.stop();
		this.items.pass(Duration.ofMinutes(1));
		this.items.start();
		this.items.pass(INTERVAL.multipliedBy(3));
		checkNothingIsOverdue();
		this.items.engine.stop();
		this.items.pass(Duration.ofMinutes(1));
		assertThat(this.inHand).isEmpty();
		int before = this.calls;
		this.items.pass(INTERVAL.multipliedBy(3));
		assertThat(this.calls).isEqualTo(before);
	}

	// What nobody told of is found by the next search.
	private void checkNothingIsOverdue() {
		Instant overdue = this.items.now().minus(INTERVAL.multipliedBy(2));
		assertThat(this.rows).noneSatisfy((id, due) -> assertThat(due).isBefore(overdue));
	}

	private void act() {
		long id = this.random.nextInt(30);
		switch (this.random.nextInt(14)) {
			case 0, 1, 2, 3 -> {
				put(id, this.random.nextInt(900_000) - 60_000);
				this.items.schedule(id);
			}
			case 4 -> put(id, this.random.nextInt(900_000));
			case 5 -> this.rows.remove(id);
			case 6 -> this.items.schedule(id);
			case 7 -> {
				int share = this.random.nextInt(3);
				this.items.hold((call) -> share > 0 && this.random.nextInt(4) < share);
			}
			case 8, 9 -> finishHeld(1 + this.random.nextInt(3));
			case 10 -> {
				if (this.jumps) {
					this.items.backend.jump(Duration.ofMinutes(this.random.nextInt(121) - 60));
					this.lastSearch = null;
				}
			}
			case 11 -> {
				this.items.engine.stop();
				this.lastSearch = null;
			}
			default -> this.items.engine.start();
		}
	}

	private void finishHeld(int count) {
		for (int finished = 0; finished < count && !this.items.held().isEmpty(); finished++) {
			HeldCall.finish(this.items.held().remove());
			this.items.run();
		}
	}

	// While calls are held up a search may have to wait for them.
	private void checkSearch() {
		Instant known = this.lastSearch;
		if (known != null && this.items.held().isEmpty() && this.items.snapshot().state().name().equals("RUNNING")) {
			assertThat(Duration.between(known, this.items.now())).isLessThanOrEqualTo(INTERVAL.plusSeconds(20));
		}
		if (!this.items.held().isEmpty()) {
			this.lastSearch = null;
		}
	}

	@Override
	public Outcome process(Long id) {
		checkTime(id);
		enter(id);
		try {
			fail(10);
			Instant due = this.rows.get(id);
			if (due == null || this.random.nextInt(10) == 0 || due.isAfter(this.items.now())) {
				return Outcome.NOT_YET;
			}
			if (this.random.nextInt(3) == 0) {
				put(id, this.random.nextInt(300_000));
			}
			else {
				this.rows.remove(id);
			}
			return Outcome.DONE;
		}
		finally {
			this.inHand.remove(id);
		}
	}

	// It may be early if it was not asked since it moved, and no search has begun since
	// that has found all.
	private void checkTime(Long id) {
		Instant due = this.rows.get(id);
		if (due != null && due.isAfter(this.items.now())
				&& (due.equals(this.told.get(id)) || !this.untold.containsKey(id))) {
			this.violations.add("item %d is processed before %s".formatted(id, due));
		}
	}

	private void put(Long id, long millis) {
		this.rows.put(id, this.items.now().plusMillis(millis));
		this.untold.put(id, ++this.moves);
	}

	private void enter(Long id) {
		this.calls++;
		// What is thrown here would count as a failure of the item.
		if (!this.inHand.add(id)) {
			this.violations.add("item %d is processed twice at once".formatted(id));
		}
		if (this.inHand.size() > this.concurrency) {
			this.violations.add("%d items are in hand".formatted(this.inHand.size()));
		}
		if (this.random.nextInt(5) == 0) {
			this.items.schedule(id);
		}
		takeTime();
	}

	// What other lanes do meanwhile, and the next search perhaps.
	private void takeTime() {
		if (!this.calm && this.depth < this.concurrency && this.random.nextInt(4) == 0) {
			this.depth++;
			this.items.pass(Duration.ofMillis(this.random.nextInt(400_000)));
			this.depth--;
			this.lastSearch = null;
		}
	}

	private void fail(int odds) {
		if (!this.calm && this.random.nextInt(odds) == 0) {
			throw new IllegalStateException("expected in this test");
		}
	}

	@Override
	public Stream<DueItem<Long>> checkAll() {
		this.calls++;
		this.lastSearch = this.items.now();
		if (this.searching) {
			this.violations.add("two searches at once");
		}
		if (!this.calm && this.random.nextInt(6) == 0) {
			this.failedSearches++;
			throw new IllegalStateException("expected in this test");
		}
		List<Map.Entry<Long, Instant>> found = new ArrayList<>();
		this.rows.forEach((id, due) -> found.add(Map.entry(id, due)));
		found.sort(Map.Entry.comparingByValue(Comparator.naturalOrder()));
		int begun = this.moves;
		this.searching = true;
		takeTime();
		int broken = (!this.calm && this.random.nextInt(8) == 0) ? this.random.nextInt(30) : Integer.MAX_VALUE;
		if (!this.calm && this.random.nextInt(8) == 0) {
			Collections.shuffle(found, this.random);
		}
		AtomicInteger read = new AtomicInteger();
		return found.stream()
			.peek((row) -> breakOff(read.incrementAndGet() > broken))
			.peek(this::tell)
			.map((row) -> new DueItem<>(row.getKey(), row.getValue()))
			.onClose(() -> searched(begun, read.get() <= broken));
	}

	private void breakOff(boolean broken) {
		if (broken) {
			throw new IllegalStateException("expected in this test");
		}
	}

	private void searched(int begun, boolean all) {
		this.searching = false;
		if (all) {
			this.untold.values().removeIf((move) -> move <= begun);
		}
	}

	// One that is in hand is asked for afterwards, and one that moved beyond what matters
	// now is found at its old time to have nothing to do yet.
	private void tell(Map.Entry<Long, Instant> row) {
		if (!this.inHand.contains(row.getKey())
				&& !row.getValue().isAfter(this.items.now().plus(INTERVAL.multipliedBy(2)))) {
			this.told.put(row.getKey(), row.getValue());
		}
	}

	@Override
	public @Nullable Instant checkOne(Long id) {
		this.calls++;
		fail(20);
		Instant due = this.rows.get(id);
		this.told.put(id, due);
		return due;
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public String toString() {
		return "%d rows, %d calls, %d failed searches, %s".formatted(this.rows.size(), this.calls, this.failedSearches,
				this.items.items());
	}

}
