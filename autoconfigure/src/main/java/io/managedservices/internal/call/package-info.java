// SPDX-License-Identifier: Apache-2.0
/**
 * Commands of a coordinator, and calls of user code.
 */
@NullMarked
package io.managedservices.internal.call;

import org.jspecify.annotations.NullMarked;
