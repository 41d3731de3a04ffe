// SPDX-License-Identifier: Apache-2.0
/**
 * Texts and failures of others in log lines of our own.
 */
@NullMarked
package io.managedservices.internal.line;

import org.jspecify.annotations.NullMarked;
