// SPDX-License-Identifier: Apache-2.0
/**
 * From the beans of a context to the graph of its services.
 */
@NullMarked
package io.managedservices.internal.discovery;

import org.jspecify.annotations.NullMarked;
