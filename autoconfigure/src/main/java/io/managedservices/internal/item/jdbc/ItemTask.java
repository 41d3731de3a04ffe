// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import com.github.kagkarlsson.scheduler.task.AbstractTask;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;

/**
 * A task of db-scheduler: the items of a service, or its search for all. It stands for
 * itself on instances, too, on which the service does not run, so that items are taken
 * over there from an instance that has died. Safe for use by several threads.
 */
final class ItemTask extends AbstractTask<Void> {

	static final String ITEM = "item:";

	static final String CHECK_ALL = "check-all:";

	/** The instance of a task that has but one. */
	static final String ALL = "all";

	private final ItemsInHand inHand;

	// What has died is due when that is seen, which is also stored as its last failure.
	ItemTask(String name, ItemsInHand inHand) {
		super(name, Void.class, (complete, operations) -> failed(inHand, complete, operations),
				(complete, operations) -> operations.reschedule(complete, complete.getTimeDone()));
		this.inHand = inHand;
	}

	/**
	 * Whether a task is one of ours.
	 * @param name its name
	 * @return whether
	 */
	static boolean isOne(String name) {
		return name.startsWith(ITEM) || name.startsWith(CHECK_ALL);
	}

	/**
	 * The service that a task is of.
	 * @param name the name of the task
	 * @return the name of the service
	 */
	static String service(String name) {
		return name.substring(name.indexOf(':') + 1);
	}

	@Override
	public CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
		DbSchedulerItems<?> items = this.inHand.find(instance);
		if (items == null) {
			throw new IllegalStateException("Item %s is not in hand".formatted(instance));
		}
		return items.run().execute(context.getExecution());
	}

	private static void failed(ItemsInHand inHand, ExecutionComplete complete, ExecutionOperations<Void> operations) {
		DbSchedulerItems<?> items = inHand.find(complete.getExecution());
		if (items != null) {
			items.run().failed(complete, operations);
		}
	}

	@Override
	public SchedulableInstance<Void> schedulableInstance(String id) {
		throw new UnsupportedOperationException("Items are put into the table by us");
	}

	@Override
	public SchedulableInstance<Void> schedulableInstance(String id, Void data) {
		return schedulableInstance(id);
	}

}
