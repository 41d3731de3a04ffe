// SPDX-License-Identifier: Apache-2.0
/**
 * Decides what is shown of texts of others: what failures say, statuses, conditions.
 */
@NullMarked
package io.managedservices.internal.sanitize;

import org.jspecify.annotations.NullMarked;
