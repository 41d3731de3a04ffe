// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * Items in memory, which are done once. Safe for use by several threads.
 */
class MemoryItems implements ItemService<Long> {

	final Map<Long, Instant> rows = new ConcurrentHashMap<>();

	final List<Long> processed = new CopyOnWriteArrayList<>();

	final List<Instant> searched = new CopyOnWriteArrayList<>();

	volatile Duration interval = Duration.ofHours(1);

	@Override
	public Outcome process(Long id) throws Exception {
		this.processed.add(id);
		return (this.rows.remove(id) != null) ? Outcome.DONE : Outcome.NOT_YET;
	}

	@Override
	public Stream<DueItem<Long>> checkAll() throws Exception {
		this.searched.add(Instant.now());
		return this.rows.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
			.map((row) -> new DueItem<>(row.getKey(), row.getValue()));
	}

	@Override
	public @Nullable Instant checkOne(Long id) throws Exception {
		return this.rows.get(id);
	}

	@Override
	public Duration interval() {
		return this.interval;
	}

}
