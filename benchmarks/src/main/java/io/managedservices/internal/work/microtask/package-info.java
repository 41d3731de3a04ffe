// SPDX-License-Identifier: Apache-2.0
/**
 * Stress tests, with jcstress, of what several threads meet in. How to run them is told
 * in {@code docs/benchmarks.md}.
 */
@NullMarked
package io.managedservices.internal.work.microtask;

import org.jspecify.annotations.NullMarked;
