// SPDX-License-Identifier: Apache-2.0
/**
 * How services are: checks, beats, conditions, errors, and all of that together.
 */
@NullMarked
package io.managedservices.internal.engine.report;

import org.jspecify.annotations.NullMarked;
