// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import io.managedservices.item.ItemsSnapshot;

/**
 * The processing of the items of one incarnation of a service. Safe for use by several
 * threads.
 *
 * @param <I> the type of the ids
 * @since 0.1.0
 */
public interface ItemProcessing<I> {

	/**
	 * Asks soon when something will have to be done with an item.
	 * @param id the item
	 */
	void schedule(I id);

	/**
	 * How the items are.
	 * @return a snapshot of what this incarnation has done
	 */
	ItemsSnapshot snapshot();

}
