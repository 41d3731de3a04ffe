// SPDX-License-Identifier: Apache-2.0
/**
 * Calls the beans that are services: from a bean to its callbacks, or to the reason why
 * it cannot be called.
 */
@NullMarked
package io.managedservices.internal.bean;

import org.jspecify.annotations.NullMarked;
