// SPDX-License-Identifier: Apache-2.0
/**
 * What a user writes against: the annotation, the lifecycle, the façade, and what they
 * show of a service.
 */
@NullMarked
package io.managedservices;

import org.jspecify.annotations.NullMarked;
