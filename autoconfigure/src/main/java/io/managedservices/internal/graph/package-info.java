// SPDX-License-Identifier: Apache-2.0
/**
 * The services as they were declared, and the immutable, validated graph of them.
 */
@NullMarked
package io.managedservices.internal.graph;

import org.jspecify.annotations.NullMarked;
