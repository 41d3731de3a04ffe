// SPDX-License-Identifier: Apache-2.0
/**
 * Those who listen: each is told what happened, in order, on a thread of its own.
 */
@NullMarked
package io.managedservices.internal.engine.listen;

import org.jspecify.annotations.NullMarked;
