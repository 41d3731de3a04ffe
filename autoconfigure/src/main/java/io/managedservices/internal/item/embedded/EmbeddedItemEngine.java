// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemEngine;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.ItemService;

/**
 * Processes items in this process, with the times of all that matter soon in memory. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
public final class EmbeddedItemEngine implements ItemEngine {

	private final Backend backend;

	/**
	 * Create an engine.
	 * @param backend time, that of the services
	 */
	public EmbeddedItemEngine(Backend backend) {
		this.backend = backend;
	}

	@Override
	public <I> ItemProcessing<I> begin(ItemService<I> service, ItemSettings settings, ServiceContext context) {
		EmbeddedItems<I> items = new EmbeddedItems<>(service, settings, context, this.backend);
		items.begin();
		return items;
	}

}
