// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.TargetClassAware;
import org.springframework.aop.support.AopUtils;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;

/**
 * An item service with something around what it does about its items. Safe for use by
 * several threads.
 *
 * @param <I> the type of the ids
 */
final class SurroundedItems<I> implements ItemService<I>, TargetClassAware {

	private final ItemService<I> service;

	private final Surrounding surrounding;

	private final ServiceContext context;

	SurroundedItems(ItemService<I> service, Surrounding surrounding, ServiceContext context) {
		this.service = service;
		this.surrounding = surrounding;
		this.context = context;
	}

	@Override
	@SuppressWarnings("NullAway") // whatever the service has returned
	public Outcome process(I id) throws Exception {
		Outcome[] outcome = new Outcome[1];
		surround("process", id, () -> outcome[0] = this.service.process(id));
		return outcome[0];
	}

	private void surround(String method, @Nullable Object id, Surrounding.Body body) throws Exception {
		Surrounding.Subject subject = new Surrounding.Subject(Surrounding.Subject.ITEM, this.context.name(), method,
				true, id);
		this.surrounding.run(new Surrounding.Inner(subject, null, this::isCancellation, body));
	}

	/**
	 * Searches for all items, reads what is found, and is inside all the while.
	 * @param service the service, with something around it or not
	 * @param search searches and reads
	 * @throws Exception what that throws
	 */
	static void search(ItemService<?> service, Surrounding.Body search) throws Exception {
		if (service instanceof SurroundedItems<?> surrounded) {
			surrounded.surround("checkAll", null, search);
		}
		else {
			search.run();
		}
	}

	private boolean isCancellation(Throwable thrown) {
		return this.context.isStopping()
				&& (thrown instanceof InterruptedException || thrown instanceof CancellationException);
	}

	@Override
	public Stream<DueItem<I>> checkAll() throws Exception {
		return this.service.checkAll();
	}

	@Override
	@SuppressWarnings("NullAway") // null, if there is no time
	public @Nullable Instant checkOne(I id) throws Exception {
		Instant[] time = new Instant[1];
		surround("checkOne", id, () -> time[0] = this.service.checkOne(id));
		return time[0];
	}

	// Whose ids they are, and how others call it, is a matter of its class.
	@Override
	public Class<?> getTargetClass() {
		return AopUtils.getTargetClass(this.service);
	}

	@Override
	public Duration interval() {
		return this.service.interval();
	}

}
