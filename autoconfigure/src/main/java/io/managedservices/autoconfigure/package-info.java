// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of managed services, their properties, and the analysis of their
 * failures.
 */
@NullMarked
package io.managedservices.autoconfigure;

import org.jspecify.annotations.NullMarked;
