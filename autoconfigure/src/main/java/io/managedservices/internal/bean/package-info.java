// SPDX-License-Identifier: Apache-2.0
/**
 * How a bean is started, stopped and called, whatever stands before it.
 */
@NullMarked
package io.managedservices.internal.bean;

import org.jspecify.annotations.NullMarked;
