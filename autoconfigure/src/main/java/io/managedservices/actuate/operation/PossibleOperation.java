// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import org.jspecify.annotations.Nullable;

/**
 * Whether something can be done to a service now. Immutable.
 *
 * @param action what, in lower case with dashes
 * @param possible whether it would not be refused
 * @param changes whether it would change anything
 * @param reason why it is not possible, or would change nothing; left out if it is and
 * would
 * @since 0.1.0
 */
public record PossibleOperation(String action, boolean possible, boolean changes, @Nullable String reason) {

}
