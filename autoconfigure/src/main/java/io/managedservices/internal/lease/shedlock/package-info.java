// SPDX-License-Identifier: Apache-2.0
/**
 * Leases that are kept by ShedLock.
 */
@NullMarked
package io.managedservices.internal.lease.shedlock;

import org.jspecify.annotations.NullMarked;
