// SPDX-License-Identifier: Apache-2.0
/**
 * Listens to lifecycle events: writes them to the log, and publishes them.
 */
@NullMarked
package io.managedservices.internal.log;

import org.jspecify.annotations.NullMarked;
