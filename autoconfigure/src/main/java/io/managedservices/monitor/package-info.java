// SPDX-License-Identifier: Apache-2.0
/**
 * What is told of services: snapshots, reports, plans, and what happens to them.
 */
@NullMarked
package io.managedservices.monitor;

import org.jspecify.annotations.NullMarked;
