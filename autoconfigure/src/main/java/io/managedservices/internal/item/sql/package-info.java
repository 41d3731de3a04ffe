// SPDX-License-Identifier: Apache-2.0
/**
 * How the ids and times of items are written to a database, and read from it.
 */
@NullMarked
package io.managedservices.internal.item.sql;

import org.jspecify.annotations.NullMarked;
