// SPDX-License-Identifier: Apache-2.0
/**
 * What a bean declares to be a service: its annotation, name, gate and extensions.
 */
@NullMarked
package io.managedservices.internal.declare;

import org.jspecify.annotations.NullMarked;
