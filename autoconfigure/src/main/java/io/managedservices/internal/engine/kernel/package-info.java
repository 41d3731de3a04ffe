// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel of the engine: one queue, the facts of each service, the table of moves, and
 * the aspects that are told what happens.
 */
@NullMarked
package io.managedservices.internal.engine.kernel;

import org.jspecify.annotations.NullMarked;
