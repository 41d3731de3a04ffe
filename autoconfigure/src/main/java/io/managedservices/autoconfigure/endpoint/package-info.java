// SPDX-License-Identifier: Apache-2.0
/**
 * Auto-configuration of the endpoint of services.
 */
@NullMarked
package io.managedservices.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
