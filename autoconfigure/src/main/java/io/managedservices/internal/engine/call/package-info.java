// SPDX-License-Identifier: Apache-2.0
/**
 * Calls of the methods of services: prepare, start, checks, notices, quiesce and stop.
 */
@NullMarked
package io.managedservices.internal.engine.call;

import org.jspecify.annotations.NullMarked;
