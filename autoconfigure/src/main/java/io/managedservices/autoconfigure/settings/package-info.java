// SPDX-License-Identifier: Apache-2.0
/**
 * Settings that exist, and the check of those that are set: their names and whether their
 * values can be read.
 */
@NullMarked
package io.managedservices.autoconfigure.settings;

import org.jspecify.annotations.NullMarked;
