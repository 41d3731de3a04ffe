// SPDX-License-Identifier: Apache-2.0
/**
 * Starts and stops the services with the application context, and keeps it alive.
 */
@NullMarked
package io.managedservices.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
