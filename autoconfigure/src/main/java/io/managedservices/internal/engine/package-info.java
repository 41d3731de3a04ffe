// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a graph of services: the coordinator, the transition table, retry, deadlines, and
 * the seam for time and threads.
 */
@NullMarked
package io.managedservices.internal.engine;

import org.jspecify.annotations.NullMarked;
