// SPDX-License-Identifier: Apache-2.0
/**
 * The bridge to the work inside services.
 */
@NullMarked
package io.managedservices.internal.engine.work;

import org.jspecify.annotations.NullMarked;
