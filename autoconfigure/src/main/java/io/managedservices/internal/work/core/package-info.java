// SPDX-License-Identifier: Apache-2.0
/**
 * What all kinds of work inside services have in common: scopes, units, threads,
 * failures. Knows a kind only as a
 * {@link io.managedservices.internal.work.core.KindOfWork}.
 */
@NullMarked
package io.managedservices.internal.work.core;

import org.jspecify.annotations.NullMarked;
