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
 * An item service with something around the processing of each item. Safe for use by
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
		this.surrounding.run(new Surrounding.Inner(Surrounding.Inner.ITEM, this.context.name(), "process", id, null,
				this::isCancellation, () -> outcome[0] = this.service.process(id)));
		return outcome[0];
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
	public @Nullable Instant checkOne(I id) throws Exception {
		return this.service.checkOne(id);
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
