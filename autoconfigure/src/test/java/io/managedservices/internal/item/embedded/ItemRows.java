// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * Stands for a table of items with their times, and notes what is asked of it. For use by
 * one thread.
 */
class ItemRows implements ItemService<Long> {

	final Map<Long, Instant> rows = new TreeMap<>();

	final List<String> log = new ArrayList<>();

	Supplier<Instant> clock = () -> Instant.EPOCH;

	Duration interval = Duration.ofMinutes(10);

	@Override
	public Outcome process(Long id) throws Exception {
		this.log.add(since() + " process " + id);
		Instant due = this.rows.get(id);
		if (due == null || due.isAfter(this.clock.get())) {
			return Outcome.NOT_YET;
		}
		this.rows.remove(id);
		return Outcome.DONE;
	}

	@Override
	public Stream<DueItem<Long>> checkAll() throws Exception {
		this.log.add(since() + " checkAll");
		return this.rows.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
			.map((row) -> new DueItem<>(row.getKey(), row.getValue()));
	}

	@Override
	public @Nullable Instant checkOne(Long id) throws Exception {
		this.log.add(since() + " checkOne " + id);
		return this.rows.get(id);
	}

	@Override
	public Duration interval() {
		return this.interval;
	}

	/**
	 * The time since the start, in seconds.
	 * @return the time
	 */
	final String since() {
		Duration time = Duration.between(this.start, this.clock.get());
		return (time.toNanosPart() == 0) ? time.toSeconds() + "s" : time.toMillis() + "ms";
	}

	private Instant start = Instant.EPOCH;

	/**
	 * Begins at a time.
	 * @param newClock the time
	 * @return this
	 */
	final ItemRows on(Supplier<Instant> newClock) {
		this.clock = newClock;
		this.start = newClock.get();
		return this;
	}

	final void row(long id, Duration after) {
		this.rows.put(id, this.start.plus(after));
	}

}
