// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import org.junit.jupiter.api.Test;

/**
 * Plays random lives of item services; one that went wrong is played again with
 * {@code -Ditems.seed=}.
 */
class ItemPropertyTests {

	private static final int LIVES = 500;

	@Test
	void livesWhenRandomLoseNothingAndDoNothingEarlyOrTwice() {
		Long only = Long.getLong("items.seed");
		for (long seed = (only != null) ? only : 1; seed <= ((only != null) ? only : LIVES); seed++) {
			ItemLife life = new ItemLife(seed);
			try {
				life.live();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Life with -Ditems.seed=%d: %s".formatted(seed, life), ex);
			}
		}
	}

}
