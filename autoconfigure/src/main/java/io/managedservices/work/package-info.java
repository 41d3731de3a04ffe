// SPDX-License-Identifier: Apache-2.0
/**
 * Work inside a service: workers, tasks, tickers and micro-tasks.
 */
@NullMarked
package io.managedservices.work;

import org.jspecify.annotations.NullMarked;
