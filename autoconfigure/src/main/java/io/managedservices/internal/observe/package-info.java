// SPDX-License-Identifier: Apache-2.0
/**
 * Observes user code inside services.
 */
@NullMarked
package io.managedservices.internal.observe;

import org.jspecify.annotations.NullMarked;
