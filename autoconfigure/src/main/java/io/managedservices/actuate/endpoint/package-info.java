// SPDX-License-Identifier: Apache-2.0
/**
 * The endpoint {@code managedservices}: every service, why it is not up, and a drawing of
 * the graph.
 */
@NullMarked
package io.managedservices.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
