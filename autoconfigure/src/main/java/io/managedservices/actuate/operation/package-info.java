// SPDX-License-Identifier: Apache-2.0
/**
 * What operators ask of services over the endpoint: checked, remembered, audited.
 */
@NullMarked
package io.managedservices.actuate.operation;

import org.jspecify.annotations.NullMarked;
