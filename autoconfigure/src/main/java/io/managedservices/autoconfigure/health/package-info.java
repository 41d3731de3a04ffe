// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of the health of services.
 */
@NullMarked
package io.managedservices.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
