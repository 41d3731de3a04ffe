// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What one service has taken of the time that all have to quiesce and to stop. Immutable.
 *
 * @param service the service as it was then; its status tells what it says is active
 * @param quiesce how long its quiesce took, until now if it has not returned;
 * {@code null} if it was not called
 * @param quiesced whether its quiesce has returned in time and without a failure, or
 * there was nothing to call
 * @param stop how long its stop took, until now if it has not come to rest; {@code null}
 * if its turn has not come
 * @since 0.1.0
 */
public record ShutdownShare(ServiceSnapshot service, @Nullable Duration quiesce, boolean quiesced,
		@Nullable Duration stop) {

	/**
	 * The time of both together.
	 * @return 0 or more
	 */
	public Duration total() {
		return orZero(this.quiesce).plus(orZero(this.stop));
	}

	private static Duration orZero(@Nullable Duration duration) {
		return (duration != null) ? duration : Duration.ZERO;
	}

}
