// SPDX-License-Identifier: Apache-2.0
/**
 * Runs a graph of services: the coordinator, the transition table, retry and deadlines.
 */
@NullMarked
package io.managedservices.internal.engine;

import org.jspecify.annotations.NullMarked;
