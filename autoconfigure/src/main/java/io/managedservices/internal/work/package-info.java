// SPDX-License-Identifier: Apache-2.0
/**
 * Work inside services: workers, tasks, micro-tasks, tickers and events. Built on the
 * coordinator of the engine, through the two interfaces that it knows of them.
 */
@NullMarked
package io.managedservices.internal.work;

import org.jspecify.annotations.NullMarked;
