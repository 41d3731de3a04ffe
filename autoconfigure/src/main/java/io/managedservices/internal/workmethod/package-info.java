// SPDX-License-Identifier: Apache-2.0
/**
 * Methods of services that are work.
 */
@NullMarked
package io.managedservices.internal.workmethod;

import org.jspecify.annotations.NullMarked;
