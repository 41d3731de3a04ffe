// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A service that does something to each of many items, each at its own time: closes polls
 * at their deadline, say. The truth about the items is elsewhere, in a database; what is
 * told here only says when to look. To be implemented by a bean that is annotated with
 * {@code @ManagedService}; it may implement {@code ServiceLifecycle}, too.
 * <p>
 * At most one of its methods is called at a time, unless
 * {@code managed-services.items.<name>.concurrency} says otherwise; never two for one
 * item. An item may be processed more than once, at the end of a process above all, so
 * that {@link #process} has to have its effect once only: by a conditional UPDATE.
 *
 * @param <I> the type of the ids: {@link Long}, {@link java.util.UUID} or {@link String}
 * @since 0.1.0
 */
public interface ItemService<I> {

	/**
	 * Does what is to be done with an item. Called at the time of the item, not before.
	 * @param id the item
	 * @return whether it was done
	 * @throws Exception if it failed: it is called again, as the item-retry settings say
	 */
	Outcome process(I id) throws Exception;

	/**
	 * All items with which something will have to be done, in the order of their times.
	 * Read until the times are beyond what matters, then closed. Called when the service
	 * has started, and then at the interval.
	 * @return the items
	 * @throws Exception if it failed: it is called again soon
	 */
	Stream<DueItem<I>> checkAll() throws Exception;

	/**
	 * When something will have to be done with an item. Called after it was processed,
	 * and when it was {@linkplain ItemScheduler#schedule scheduled}.
	 * @param id the item
	 * @return when, or {@code null} for never
	 * @throws Exception if it failed: it is called again
	 */
	@Nullable Instant checkOne(I id) throws Exception;

	/**
	 * The longest time between two calls of {@link #checkAll}.
	 * @return the interval, above 0
	 */
	Duration interval();

}
