// SPDX-License-Identifier: Apache-2.0
/**
 * Micro-tasks: what is short, and limited in number.
 */
@NullMarked
package io.managedservices.internal.work.microtask;

import org.jspecify.annotations.NullMarked;
