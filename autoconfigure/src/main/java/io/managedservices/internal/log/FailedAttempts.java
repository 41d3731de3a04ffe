// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.RepeatedLog.Level;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * What the attempts to start a service have failed with, and which of them are worth a
 * line: the first ones, each that fails for another reason, and of very many ever fewer.
 * Used by one thread at a time.
 */
final class FailedAttempts {

	/** How many attempts in a row are logged before ever fewer are. */
	private static final int MAX_ATTEMPTS = 10;

	/**
	 * How many reasons, and how many changes between them, are told apart: of what
	 * differs each time, more are no change.
	 */
	private static final int MAX_CHANGES = 20;

	private final Set<String> reasons = new HashSet<>();

	private int changes;

	private @Nullable String last;

	/**
	 * An attempt has failed.
	 * @param attempt which one
	 * @param reason why, as a text
	 * @return the level of its line, or {@code null} if it is not worth one
	 */
	@Nullable Level failed(ServiceSnapshot.Attempt attempt, String reason) {
		boolean changed = !reason.equals(this.last);
		this.last = reason;
		if (changed) {
			this.changes++;
		}
		boolean unknown = this.reasons.size() < MAX_CHANGES && this.reasons.add(reason);
		boolean told = unknown || (changed && this.changes <= MAX_CHANGES);
		if (!told && !isWorthTelling(attempt)) {
			return null;
		}
		return changed ? Level.WARN : Level.INFO;
	}

	// What is tried very often may be tried for days: of that, ever fewer attempts.
	private static boolean isWorthTelling(ServiceSnapshot.Attempt attempt) {
		return attempt.number() <= MAX_ATTEMPTS || Integer.bitCount(attempt.number()) == 1;
	}

}
