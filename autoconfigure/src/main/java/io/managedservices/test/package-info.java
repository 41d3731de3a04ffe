// SPDX-License-Identifier: Apache-2.0
/**
 * What users test their services with.
 */
@NullMarked
package io.managedservices.test;

import org.jspecify.annotations.NullMarked;
