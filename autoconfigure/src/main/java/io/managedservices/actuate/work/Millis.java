// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.work;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Durations as numbers, for those who count with them. Stateless.
 */
public final class Millis {

	private Millis() {
	}

	/**
	 * The milliseconds of a duration.
	 * @param duration the duration, or {@code null}
	 * @return how many, or {@code null} if there is none
	 */
	public static @Nullable Long of(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

}
