// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration for message listeners that are services.
 */
@NullMarked
package io.managedservices.autoconfigure.listener;

import org.jspecify.annotations.NullMarked;
