// SPDX-License-Identifier: Apache-2.0
/**
 * What has happened to all services: their last start and stop, and episodes.
 */
@NullMarked
package io.managedservices.actuate.history;

import org.jspecify.annotations.NullMarked;
