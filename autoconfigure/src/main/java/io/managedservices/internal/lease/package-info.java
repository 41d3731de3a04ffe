// SPDX-License-Identifier: Apache-2.0
/**
 * What leases are made of: their settings, how long one is valid, and where they are
 * kept.
 */
@NullMarked
package io.managedservices.internal.lease;

import org.jspecify.annotations.NullMarked;
