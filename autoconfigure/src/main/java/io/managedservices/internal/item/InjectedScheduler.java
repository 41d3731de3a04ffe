// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;

/**
 * A scheduler of items where it was injected. It is bound to a service when all are
 * known. Safe for use by several threads.
 *
 * @param <I> the type of the ids
 */
final class InjectedScheduler<I> implements ItemScheduler<I> {

	private final Place place;

	private volatile @Nullable ServedItems<I> items;

	InjectedScheduler(Place place) {
		this.place = place;
	}

	Place place() {
		return this.place;
	}

	// That the ids are of the type that is asked for is checked before.
	@SuppressWarnings("unchecked")
	void bind(ServedItems<?> served) {
		this.items = (ServedItems<I>) served;
	}

	@Override
	public void schedule(I id) {
		// Before all services are known none runs, and the first search finds the item.
		ServedItems<I> known = this.items;
		if (known != null) {
			known.schedule(id);
		}
	}

	@Override
	public void stop() {
		ServedItems<I> known = this.items;
		if (known != null) {
			known.stop();
		}
	}

	/**
	 * Where it was injected.
	 *
	 * @param description for people
	 * @param owner whether a service may be the bean that it was injected into
	 * @param idType the type of the ids that is asked for
	 * @param qualifier the name of the service that is asked for, or {@code null}
	 */
	record Place(String description, Predicate<ItemService<?>> owner, ResolvableType idType,
			@Nullable String qualifier) {

	}

}
