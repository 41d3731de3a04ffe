// SPDX-License-Identifier: Apache-2.0
/**
 * A small polls service, as an application that uses managed services would write it.
 */
@NullMarked
package io.managedservices.sample;

import org.jspecify.annotations.NullMarked;
