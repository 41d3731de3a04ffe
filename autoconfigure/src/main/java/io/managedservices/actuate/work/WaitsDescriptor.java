// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.work;

import java.time.Duration;

import io.managedservices.monitor.Workload.Waits;

/**
 * How long micro-tasks of one priority have waited for a slot, as the endpoint shows it.
 * Immutable.
 *
 * @param begun how many have begun, with those that did not have to wait
 * @param total how long they have waited together
 * @param totalMillis the same in milliseconds
 * @param longest how long one of them has waited at most
 * @param longestMillis the same in milliseconds
 * @since 0.1.0
 */
public record WaitsDescriptor(long begun, Duration total, long totalMillis, Duration longest, long longestMillis) {

	static WaitsDescriptor of(Waits waits) {
		return new WaitsDescriptor(waits.begun(), waits.total(), waits.total().toMillis(), waits.longest(),
				waits.longest().toMillis());
	}

}
