// SPDX-License-Identifier: Apache-2.0
/**
 * The words for how a service is, and what it depends on.
 */
@NullMarked
package io.managedservices.state;

import org.jspecify.annotations.NullMarked;
