// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.operation.PossibleOperations;
import io.managedservices.item.ItemsSnapshot;

/**
 * What is known of single services besides their snapshots. Immutable.
 *
 * @param items how the items of a service are, by its name; {@code null} if it has none
 * @param declared how a service was declared, by its name; {@code null} if nobody knows
 * @param operations what could be done to services
 * @since 0.1.0
 */
public record ServiceSources(Function<String, @Nullable ItemsSnapshot> items,
		Function<String, @Nullable DeclaredService> declared, PossibleOperations operations) {

}
