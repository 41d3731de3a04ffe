// SPDX-License-Identifier: Apache-2.0
/**
 * Services that do something to each of many items, each at its own time.
 */
@NullMarked
package io.managedservices.item;

import org.jspecify.annotations.NullMarked;
