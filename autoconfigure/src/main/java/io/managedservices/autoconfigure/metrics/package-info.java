// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of the metrics of services.
 */
@NullMarked
package io.managedservices.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
