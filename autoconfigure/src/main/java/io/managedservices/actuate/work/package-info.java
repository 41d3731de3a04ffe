// SPDX-License-Identifier: Apache-2.0
/**
 * The work and the items of services, as the endpoint shows them.
 */
@NullMarked
package io.managedservices.actuate.work;

import org.jspecify.annotations.NullMarked;
