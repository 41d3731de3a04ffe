// SPDX-License-Identifier: Apache-2.0
/**
 * Values of services as injected beans.
 */
@NullMarked
package io.managedservices.internal.inject;

import org.jspecify.annotations.NullMarked;
