// SPDX-License-Identifier: Apache-2.0
/**
 * Events that services send each other: hooks, mailboxes, deliveries.
 */
@NullMarked
package io.managedservices.internal.work.event;

import org.jspecify.annotations.NullMarked;
