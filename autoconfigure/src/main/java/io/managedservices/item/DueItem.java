// SPDX-License-Identifier: Apache-2.0
package io.managedservices.item;

import java.time.Instant;

/**
 * An item and the time at which something has to be done with it. Immutable.
 *
 * @param <I> the type of the id
 * @param id the item
 * @param due when
 * @since 0.1.0
 */
public record DueItem<I>(I id, Instant due) {

}
