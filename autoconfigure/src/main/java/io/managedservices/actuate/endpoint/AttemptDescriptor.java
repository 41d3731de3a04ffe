// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceSnapshot;

/**
 * How far the start of a service has come, as the endpoint shows it. Immutable.
 *
 * @param number the number of the attempt under way or last made, 0 before the first
 * @param total how many attempts there will be at most; left out if there is no limit
 * @param next when the next attempt is made; left out unless the service is backing off
 * @since 0.1.0
 */
public record AttemptDescriptor(int number, @Nullable Integer total, @Nullable Instant next) {

	static AttemptDescriptor of(ServiceSnapshot.Attempt attempt) {
		return new AttemptDescriptor(attempt.number(), attempt.hasLimit() ? attempt.total() : null, attempt.next());
	}

}
