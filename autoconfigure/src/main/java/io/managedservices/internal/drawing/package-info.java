// SPDX-License-Identifier: Apache-2.0
/**
 * Draws the graph of services, for Graphviz and Mermaid.
 */
@NullMarked
package io.managedservices.internal.drawing;

import org.jspecify.annotations.NullMarked;
