// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of services that act on items.
 */
@NullMarked
package io.managedservices.autoconfigure.item;

import org.jspecify.annotations.NullMarked;
