// SPDX-License-Identifier: Apache-2.0
/**
 * How items are processed in this process, with their times in memory.
 */
@NullMarked
package io.managedservices.internal.item.embedded;

import org.jspecify.annotations.NullMarked;
