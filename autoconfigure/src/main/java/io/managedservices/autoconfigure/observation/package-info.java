// SPDX-License-Identifier: Apache-2.0
/**
 * What is put around user code inside services: observations, names in the log.
 */
@NullMarked
package io.managedservices.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
