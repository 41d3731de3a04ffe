// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import org.jspecify.annotations.Nullable;

/**
 * The services that run on this instance, and what it has in hand of them. Safe for use
 * by several threads.
 */
final class ItemsInHand {

	private final Map<String, DbSchedulerItems<?>> running = new ConcurrentHashMap<>();

	private final Map<String, Held> held = new ConcurrentHashMap<>();

	private int turn;

	void add(DbSchedulerItems<?> items) {
		this.running.put(items.name(), items);
	}

	void remove(DbSchedulerItems<?> items) {
		this.running.remove(items.name(), items);
	}

	/**
	 * The services that run, each time with another one first. Called by one thread at a
	 * time.
	 * @return the services
	 */
	List<DbSchedulerItems<?>> inTurn() {
		List<DbSchedulerItems<?>> all = new ArrayList<>(this.running.values());
		if (!all.isEmpty()) {
			this.turn = (this.turn + 1) % all.size();
			Collections.rotate(all, this.turn);
		}
		return all;
	}

	/**
	 * Notes that one was picked.
	 * @param execution the execution
	 * @param items the service
	 * @return whether it was not in hand already: one that was is still being processed
	 * here, but has been taken for dead
	 */
	boolean hold(Execution execution, DbSchedulerItems<?> items) {
		return this.held.putIfAbsent(key(execution), new Held(execution, items)) == null;
	}

	/**
	 * The service that one was picked for.
	 * @param instance the item
	 * @return the service, or {@code null} if it is not in hand
	 */
	@Nullable DbSchedulerItems<?> find(TaskInstanceId instance) {
		Held found = this.held.get(key(instance));
		return (found != null) ? found.items() : null;
	}

	/**
	 * Notes that one has come to its end: that very one, not another of the same item.
	 * @param execution the execution
	 */
	@SuppressWarnings("ReferenceEquality")
	void release(Execution execution) {
		String key = key(execution);
		Held found = this.held.get(key);
		if (found != null && found.execution() == execution && this.held.remove(key, found)) {
			found.items().done();
		}
	}

	/**
	 * Counts that others were at the same rows.
	 * @param task the name of the task whose rows they are
	 */
	void conflict(String task) {
		DbSchedulerItems<?> items = this.running.get(ItemTask.service(task));
		if (items != null) {
			items.conflict();
		}
	}

	private static String key(TaskInstanceId instance) {
		return instance.getTaskName() + '\n' + instance.getId();
	}

	/**
	 * An item that is in hand.
	 */
	private record Held(Execution execution, DbSchedulerItems<?> items) {

	}

}
