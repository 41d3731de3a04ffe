// SPDX-License-Identifier: Apache-2.0
/**
 * The page that shows the services.
 */
@NullMarked
package io.managedservices.actuate.ui;

import org.jspecify.annotations.NullMarked;
