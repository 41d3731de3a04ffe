// SPDX-License-Identifier: Apache-2.0
/**
 * How services come and go while others run. May change in any release.
 */
@NullMarked
package io.managedservices.internal.engine.registry;

import org.jspecify.annotations.NullMarked;
