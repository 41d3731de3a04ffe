// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.ServiceSnapshot.Attempt;

/**
 * Makes the attempts that snapshots tell. Those of services that have not failed are
 * alike, and nearly all services have the same limit: they share one. Confined to the
 * coordinator.
 */
final class Attempts {

	private @Nullable Attempt last;

	/**
	 * An attempt.
	 * @param number its number
	 * @param total how many there will be at most
	 * @param next when the next one is made, or {@code null}
	 * @return the attempt
	 */
	Attempt of(int number, int total, @Nullable Instant next) {
		Attempt known = this.last;
		if (known == null || next != null || known.number() != number || known.total() != total) {
			known = new Attempt(number, total, next);
			this.last = (next != null) ? this.last : known;
		}
		return known;
	}

}
