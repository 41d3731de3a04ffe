// SPDX-License-Identifier: Apache-2.0
/**
 * The settings and the names of services, those of parent contexts included.
 */
@NullMarked
package io.managedservices.internal.configure;

import org.jspecify.annotations.NullMarked;
