// SPDX-License-Identifier: Apache-2.0
/**
 * Leases: the right to run a service, which one of several instances of the application
 * holds at a time.
 */
@NullMarked
package io.managedservices.lease;

import org.jspecify.annotations.NullMarked;
