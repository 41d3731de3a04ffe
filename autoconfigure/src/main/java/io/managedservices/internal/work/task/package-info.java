// SPDX-License-Identifier: Apache-2.0
/**
 * Tasks: what is queued or scheduled, and its queue.
 */
@NullMarked
package io.managedservices.internal.work.task;

import org.jspecify.annotations.NullMarked;
