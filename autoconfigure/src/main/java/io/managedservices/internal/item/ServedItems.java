// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;

/**
 * The items of one service, through all its incarnations. Safe for use by several
 * threads.
 *
 * @param <I> the type of the ids
 * @since 0.1.0
 */
public final class ServedItems<I> implements ItemScheduler<I> {

	private final String name;

	private final ItemService<I> service;

	private final ItemSettings settings;

	private volatile @Nullable Incarnation<I> current;

	/**
	 * Create the items of a service.
	 * @param name its name
	 * @param service the service
	 * @param settings its settings
	 */
	public ServedItems(String name, ItemService<I> service, ItemSettings settings) {
		this.name = name;
		this.service = service;
		this.settings = settings;
	}

	/**
	 * Begins an incarnation.
	 * @param engine processes the items
	 * @param context of the incarnation
	 * @param surrounding what is put around the processing of each item, or {@code null}
	 */
	public void begin(ItemEngine engine, ServiceContext context, @Nullable Surrounding surrounding) {
		if (this.service instanceof VerifiedItems verified) {
			verified.verifyItems();
		}
		Incarnation<I> last = this.current;
		ItemsSnapshot before = (last != null) ? last.snapshot() : ItemsSnapshot.NONE;
		ItemService<I> called = (surrounding != null) ? new SurroundedItems<>(this.service, surrounding, context)
				: this.service;
		this.current = new Incarnation<>(context, engine.begin(called, this.settings, context), before);
	}

	@Override
	public void schedule(I id) {
		Objects.requireNonNull(id,
				() -> "Item service '%s': expected the id of an item to schedule, found null".formatted(this.name));
		AfterCommit.run(() -> {
			Incarnation<I> known = this.current;
			if (known != null && !known.context().isStopping()) {
				known.items().schedule(id);
			}
		});
	}

	@Override
	public void stop() {
		Incarnation<I> known = this.current;
		if (known != null) {
			known.context().complete();
		}
	}

	/**
	 * How the items are.
	 * @return a snapshot, or {@code null} if the service was never started
	 */
	public @Nullable ItemsSnapshot snapshot() {
		Incarnation<I> known = this.current;
		return (known != null) ? known.snapshot() : null;
	}

	String name() {
		return this.name;
	}

	ItemService<I> service() {
		return this.service;
	}

	/**
	 * The incarnation that is at work, or was last.
	 *
	 * @param <I> the type of the ids
	 * @param context of the incarnation
	 * @param items its items
	 * @param before what was counted before it
	 */
	private record Incarnation<I>(ServiceContext context, ItemProcessing<I> items, ItemsSnapshot before) {

		ItemsSnapshot snapshot() {
			ItemsSnapshot now = this.items.snapshot();
			// Nothing waits for its time in a service that does not run.
			boolean stopping = this.context.isStopping();
			return new ItemsSnapshot(stopping ? 0 : now.due(), stopping ? 0 : now.armed(), now.inHand(),
					this.before.counts().plus(now.counts()), now.lateness(), now.checkAll());
		}

	}

}
