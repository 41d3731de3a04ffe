// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import com.github.kagkarlsson.scheduler.task.Execution;

import io.managedservices.internal.item.sql.ItemIds;
import io.managedservices.internal.item.sql.ItemTable;

/**
 * The items of one service as rows of the table. Safe for use by several threads.
 *
 * @param <I> the type of the ids
 */
final class ServiceRows<I> {

	private final String task;

	private final ItemIds<I> ids;

	private final ItemTable table;

	private final InstantSource clock;

	ServiceRows(String task, ItemIds<I> ids, ItemTable table, InstantSource clock) {
		this.task = task;
		this.ids = ids;
		this.table = table;
		this.clock = clock;
	}

	/**
	 * Sees to it that items are due at their times, or before; leaves those alone that
	 * are held back.
	 * @param items the items, and when they are due
	 * @param refused is told which cannot be put into the table, and why
	 * @return those that are in hand
	 * @throws RuntimeException if the table cannot be written
	 */
	List<I> arm(Map<I, Instant> items, BiConsumer<I, RuntimeException> refused) {
		Map<String, Instant> times = new TreeMap<>();
		items.forEach((id, time) -> {
			try {
				times.put(this.ids.format(id), time);
			}
			catch (RuntimeException ex) {
				refused.accept(id, ex);
			}
		});
		return this.table.arm(this.task, times, this.clock, (text, ex) -> refused.accept(this.ids.parse(text), ex))
			.stream()
			.map(this.ids::parse)
			.toList();
	}

	I id(Execution execution) {
		return this.ids.parse(execution.getId());
	}

	/**
	 * Leaves what was picked to whoever picks it next.
	 * @param execution what was picked, also the search
	 * @param time when it is due
	 */
	void putBack(Execution execution, Instant time) {
		this.table.putBack(execution.getTaskName(), execution.getId(), execution.version, time);
	}

}
