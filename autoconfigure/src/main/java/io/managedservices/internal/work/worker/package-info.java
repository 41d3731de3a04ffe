// SPDX-License-Identifier: Apache-2.0
/**
 * Workers: what runs for long, and is restarted when it fails.
 */
@NullMarked
package io.managedservices.internal.work.worker;

import org.jspecify.annotations.NullMarked;
