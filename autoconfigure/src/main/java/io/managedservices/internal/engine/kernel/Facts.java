// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What one room of the engine knows of each service. It is kept with the node, so that a
 * look costs no search, and is gone with it. Confined to the coordinator.
 *
 * @param <T> what it knows
 */
public final class Facts<T> {

	private static final int NONE = -1;

	private final AtomicInteger slots;

	/** Taken with the first fact: most rooms know nothing of any service. */
	private int slot = NONE;

	/**
	 * Create facts of which there are none.
	 * @param slots how many facts the engine has
	 */
	Facts(AtomicInteger slots) {
		this.slots = slots;
	}

	/**
	 * What is known of a service.
	 * @param node the service
	 * @return the fact, or {@code null} if nothing is known
	 */
	@SuppressWarnings("unchecked")
	public @Nullable T of(ServiceNode node) {
		return (this.slot != NONE) ? (T) node.fact(this.slot) : null;
	}

	/**
	 * What is known of a service, from now on.
	 * @param node the service
	 * @param first makes the fact if nothing is known
	 * @return the fact
	 */
	public T of(ServiceNode node, Function<ServiceNode, T> first) {
		T known = of(node);
		if (known == null) {
			known = first.apply(node);
			put(node, known);
		}
		return known;
	}

	/**
	 * Keeps what is known of a service.
	 * @param node the service
	 * @param fact the fact
	 */
	public void put(ServiceNode node, T fact) {
		if (this.slot == NONE) {
			this.slot = this.slots.getAndIncrement();
		}
		node.fact(this.slot, fact);
	}

	/**
	 * Forgets what is known of a service.
	 * @param node the service
	 * @return what was known, or {@code null}
	 */
	public @Nullable T remove(ServiceNode node) {
		T known = of(node);
		if (known != null) {
			node.fact(this.slot, null);
		}
		return known;
	}

}
