// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * Items in memory whose ids are text, and of which some cannot be asked. Safe for use by
 * several threads.
 */
final class TextItems implements ItemService<String> {

	final Map<String, Instant> rows = new ConcurrentHashMap<>();

	/** Those of which it fails to say when they are due. */
	final Set<String> mute = ConcurrentHashMap.newKeySet();

	final List<String> processed = new CopyOnWriteArrayList<>();

	void due(String... ids) {
		for (String id : ids) {
			this.rows.put(id, Instant.now());
		}
	}

	@Override
	public Outcome process(String id) {
		this.processed.add(id);
		return (this.rows.remove(id) != null) ? Outcome.DONE : Outcome.NOT_YET;
	}

	@Override
	public Stream<DueItem<String>> checkAll() {
		return this.rows.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
			.map((row) -> new DueItem<>(row.getKey(), row.getValue()));
	}

	@Override
	public @Nullable Instant checkOne(String id) {
		if (this.mute.contains(id)) {
			throw new IllegalStateException("no answer");
		}
		return this.rows.get(id);
	}

	@Override
	public Duration interval() {
		return Duration.ofHours(1);
	}

}
