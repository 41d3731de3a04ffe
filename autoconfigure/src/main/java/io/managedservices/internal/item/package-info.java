// SPDX-License-Identifier: Apache-2.0
/**
 * How items are processed at their time.
 */
@NullMarked
package io.managedservices.internal.item;

import org.jspecify.annotations.NullMarked;
