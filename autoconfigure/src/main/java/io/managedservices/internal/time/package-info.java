// SPDX-License-Identifier: Apache-2.0
/**
 * Timers, and time as the process sees it.
 */
@NullMarked
package io.managedservices.internal.time;

import org.jspecify.annotations.NullMarked;
