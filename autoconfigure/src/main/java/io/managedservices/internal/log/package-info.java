// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to services, in the log and as application events.
 */
@NullMarked
package io.managedservices.internal.log;

import org.jspecify.annotations.NullMarked;
