// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks of starting and stopping graphs of services. What they measure and how to
 * run them is told in {@code docs/benchmarks.md}.
 */
@NullMarked
package io.managedservices.benchmarks;

import org.jspecify.annotations.NullMarked;
