// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of answers to requests that need a service that does not run.
 */
@NullMarked
package io.managedservices.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
