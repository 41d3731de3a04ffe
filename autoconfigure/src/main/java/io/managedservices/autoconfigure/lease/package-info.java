// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of the leases of services.
 */
@NullMarked
package io.managedservices.autoconfigure.lease;

import org.jspecify.annotations.NullMarked;
