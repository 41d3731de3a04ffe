// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots, health summaries, plans, lifecycle events and operations.
 */
@NullMarked
package io.managedservices.monitor;

import org.jspecify.annotations.NullMarked;
