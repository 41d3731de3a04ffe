// SPDX-License-Identifier: Apache-2.0
/**
 * What operators do: what each action means, what it would do, and what it does.
 */
@NullMarked
package io.managedservices.internal.engine.operation;

import org.jspecify.annotations.NullMarked;
