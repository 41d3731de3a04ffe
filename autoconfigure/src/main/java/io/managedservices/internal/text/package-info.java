// SPDX-License-Identifier: Apache-2.0
/**
 * Names, settings and failures in messages.
 */
@NullMarked
package io.managedservices.internal.text;

import org.jspecify.annotations.NullMarked;
