// SPDX-License-Identifier: Apache-2.0
/**
 * The services in the life of a Spring application.
 */
@NullMarked
package io.managedservices.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
