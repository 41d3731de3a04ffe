// SPDX-License-Identifier: Apache-2.0
/**
 * Answers requests that need a service that does not run.
 */
@NullMarked
package io.managedservices.web;

import org.jspecify.annotations.NullMarked;
