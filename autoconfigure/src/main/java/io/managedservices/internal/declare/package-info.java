// SPDX-License-Identifier: Apache-2.0
/**
 * Which beans are services, and what they say of themselves.
 */
@NullMarked
package io.managedservices.internal.declare;

import org.jspecify.annotations.NullMarked;
