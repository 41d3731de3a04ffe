// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.Locale;

/**
 * Writes durations for people, with three digits or so. Stateless.
 */
final class HumanDuration {

	private HumanDuration() {
	}

	static String of(Duration duration) {
		long millis = duration.toMillis();
		if (millis < 1000) {
			return millis + " ms";
		}
		if (millis < 60_000) {
			String seconds = String.format(Locale.ROOT, "%.2f", millis / 1000.0);
			return seconds.replaceFirst("\\.?0+$", "") + " s";
		}
		long minutes = duration.toMinutes();
		int seconds = duration.toSecondsPart();
		return minutes + " min" + ((seconds > 0) ? " " + seconds + " s" : "");
	}

}
