// SPDX-License-Identifier: Apache-2.0
/**
 * Measures the services with Micrometer.
 */
@NullMarked
package io.managedservices.metrics;

import org.jspecify.annotations.NullMarked;
