// SPDX-License-Identifier: Apache-2.0
/**
 * Message listeners that are services: which there are, and what Spring still does with
 * the others.
 */
@NullMarked
package io.managedservices.internal.listener;

import org.jspecify.annotations.NullMarked;
