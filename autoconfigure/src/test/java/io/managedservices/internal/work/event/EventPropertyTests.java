// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import org.junit.jupiter.api.Test;

/**
 * 1,000 lives of services that emit and hook events at random. {@code -Devents.seed=N}
 * replays one.
 */
class EventPropertyTests {

	private static final int LIVES = 1000;

	@Test
	void everyLifeKeepsThePromisesOfEvents() {
		Long replayed = Long.getLong("events.seed");
		long first = (replayed != null) ? replayed : 0;
		long last = (replayed != null) ? replayed : LIVES - 1;
		for (long seed = first; seed <= last; seed++) {
			try {
				new EventLife(seed).live();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Replay with -Devents.seed=" + seed + ": " + ex.getMessage(), ex);
			}
		}
	}

}
