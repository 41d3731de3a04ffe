// SPDX-License-Identifier: Apache-2.0
/**
 * Events that services send each other.
 */
@NullMarked
package io.managedservices.event;

import org.jspecify.annotations.NullMarked;
