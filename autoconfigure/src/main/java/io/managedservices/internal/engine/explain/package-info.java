// SPDX-License-Identifier: Apache-2.0
/**
 * Why services do not run, and what goes on in those that do.
 */
@NullMarked
package io.managedservices.internal.engine.explain;

import org.jspecify.annotations.NullMarked;
