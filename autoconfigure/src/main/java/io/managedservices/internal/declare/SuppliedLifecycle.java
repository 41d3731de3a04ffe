// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.Map;
import java.util.function.Supplier;

import org.springframework.context.Lifecycle;

/**
 * Stands for a service that is whatever a supplier returns when the service is started.
 * Immutable.
 *
 * @param supplier supplies what is started and stopped
 */
public record SuppliedLifecycle(Supplier<? extends Lifecycle> supplier) {

	/**
	 * The settings of its checks, unless others are set: what has stopped by itself is
	 * restarted when the first check finds out.
	 */
	public static final Map<String, Object> HEALTH = Map.of("failureThreshold", 1);

}
