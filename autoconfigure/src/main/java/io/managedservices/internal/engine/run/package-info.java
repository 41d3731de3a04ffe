// SPDX-License-Identifier: Apache-2.0
/**
 * The start and the stop of all services, and what is done when the engine itself fails.
 */
@NullMarked
package io.managedservices.internal.engine.run;

import org.jspecify.annotations.NullMarked;
