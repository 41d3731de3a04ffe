// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.util.List;

import io.managedservices.ServiceContext;
import io.managedservices.item.ItemService;

/**
 * Processes the items of item services. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public interface ItemEngine {

	/**
	 * Begins to process the items of a service that is being started; ends with the work
	 * of that incarnation.
	 * @param <I> the type of the ids
	 * @param service the service
	 * @param settings its settings
	 * @param context of its incarnation
	 * @return what goes on
	 */
	<I> ItemProcessing<I> begin(ItemService<I> service, ItemSettings settings, ServiceContext context);

	/**
	 * The services that all item services depend on because of this engine.
	 * @return their names
	 */
	default List<String> dependsOn() {
		return List.of();
	}

}
