// SPDX-License-Identifier: Apache-2.0
/**
 * How several processes share items over a database.
 */
@NullMarked
package io.managedservices.internal.item.jdbc;

import org.jspecify.annotations.NullMarked;
