// SPDX-License-Identifier: Apache-2.0
/**
 * What follows from failures: further attempts, restarts, giving up, and the episodes
 * that they make.
 */
@NullMarked
package io.managedservices.internal.engine.failure;

import org.jspecify.annotations.NullMarked;
