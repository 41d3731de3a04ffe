// SPDX-License-Identifier: Apache-2.0
/**
 * Ends the application when its services cannot run, and says why.
 */
@NullMarked
package io.managedservices.autoconfigure.exit;

import org.jspecify.annotations.NullMarked;
