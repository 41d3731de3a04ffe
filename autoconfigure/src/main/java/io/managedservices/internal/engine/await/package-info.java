// SPDX-License-Identifier: Apache-2.0
/**
 * Those who wait: for services, for what they provide, for operations to come about.
 */
@NullMarked
package io.managedservices.internal.engine.await;

import org.jspecify.annotations.NullMarked;
