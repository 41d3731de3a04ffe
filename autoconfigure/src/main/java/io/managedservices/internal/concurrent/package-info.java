// SPDX-License-Identifier: Apache-2.0
/**
 * Time, threads and calls of user code: the seam to the outside, and what the coordinator
 * and those that are built on it have in common. Not for users.
 */
@NullMarked
package io.managedservices.internal.concurrent;

import org.jspecify.annotations.NullMarked;
