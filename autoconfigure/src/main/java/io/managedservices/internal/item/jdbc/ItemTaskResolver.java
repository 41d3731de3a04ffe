// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.Resolvable;
import com.github.kagkarlsson.scheduler.TaskResolver;
import com.github.kagkarlsson.scheduler.event.SchedulerListeners;
import com.github.kagkarlsson.scheduler.task.Task;

/**
 * Knows the tasks of all item services, also of those that do not run here or that this
 * instance has never heard of: so none is ever unresolved, which would have its rows
 * passed over and deleted in the end. Safe for use by several threads.
 */
@SuppressWarnings("rawtypes")
final class ItemTaskResolver extends TaskResolver {

	private final Map<String, Task> tasks = new ConcurrentHashMap<>();

	private final ItemsInHand inHand;

	ItemTaskResolver(ItemsInHand inHand, Clock clock) {
		super(SchedulerListeners.NOOP, clock, List.of());
		this.inHand = inHand;
	}

	@Override
	public Optional<Task> resolve(Resolvable resolvable) {
		return resolve(resolvable, true);
	}

	@Override
	public Optional<Task> resolve(Resolvable resolvable, boolean addUnresolvedToExclusionFilter) {
		String name = resolvable.getTaskName();
		if (ItemTask.isOne(name)) {
			return Optional.of(this.tasks.computeIfAbsent(name, (key) -> new ItemTask(key, this.inHand)));
		}
		return super.resolve(resolvable, addUnresolvedToExclusionFilter);
	}

}
