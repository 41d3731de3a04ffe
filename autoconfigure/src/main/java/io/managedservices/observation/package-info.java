// SPDX-License-Identifier: Apache-2.0
/**
 * Observations of services and of their work: what Micrometer makes spans, timers and log
 * correlation of.
 */
@NullMarked
package io.managedservices.observation;

import org.jspecify.annotations.NullMarked;
