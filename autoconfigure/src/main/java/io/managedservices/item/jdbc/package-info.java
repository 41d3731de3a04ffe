// SPDX-License-Identifier: Apache-2.0
/**
 * Items in a database: item services written in SQL, and db-scheduler as the engine that
 * shares items among several instances of an application.
 */
@NullMarked
package io.managedservices.item.jdbc;

import org.jspecify.annotations.NullMarked;
