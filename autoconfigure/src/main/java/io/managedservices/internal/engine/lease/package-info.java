// SPDX-License-Identifier: Apache-2.0
/**
 * The leases of services: when this instance asks for one, renews it, loses it, and gives
 * it back.
 */
@NullMarked
package io.managedservices.internal.engine.lease;

import org.jspecify.annotations.NullMarked;
