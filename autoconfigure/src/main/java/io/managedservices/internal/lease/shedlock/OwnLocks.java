// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lease.shedlock;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The locks that this process knows to have, and those that it is asking for. One that
 * its table shows as ours besides is an orphan: its answer got lost, and nobody could
 * have it until it ends. Contexts that share a provider of locks share their names. Safe
 * for use by several threads.
 */
final class OwnLocks {

	/** What is to end it may still be on its way, and must not end the next one. */
	private static final long ENDING = Long.MIN_VALUE;

	private static final Map<String, Known> ALL = new ConcurrentHashMap<>();

	/** How the provider calls this process in the table; {@code null} if not known. */
	private final @Nullable String holder;

	OwnLocks(@Nullable String holder) {
		this.holder = holder;
	}

	/**
	 * Asks for a lock.
	 * @param <T> what is got
	 * @param lock the name of the lock
	 * @param attempt asks for it, and says by {@link #got} what it has
	 * @return what it has got
	 */
	<T> T ask(String lock, Supplier<T> attempt) {
		String key = key(lock);
		ALL.compute(key, (name, known) -> (known != null) ? known.asking(1) : new Known(1, null));
		try {
			return attempt.get();
		}
		finally {
			ALL.computeIfPresent(key, (name, known) -> known.asking(-1).orNothing());
		}
	}

	void got(String lock, long fence) {
		ALL.compute(key(lock), (name, known) -> new Known((known != null) ? known.asking : 0, fence));
	}

	/**
	 * Gives a lock back.
	 * @param lock the name of the lock
	 * @param unlock does it
	 */
	void giveBack(String lock, Runnable unlock) {
		ask(lock, () -> {
			got(lock, ENDING);
			unlock.run();
			ALL.computeIfPresent(key(lock), (name, known) -> new Known(known.asking, null));
			return lock;
		});
	}

	/**
	 * Whether nobody knows of a lock that is ours.
	 * @param lock the name of the lock
	 * @param row what the table says of it
	 * @param asking how many ask for it now, of whom the caller knows
	 * @return whether it is held in vain
	 */
	boolean isOrphan(String lock, LeaseRows.Row row, int asking) {
		if (!row.held() || !row.by().equals(this.holder)) {
			return false;
		}
		Known known = ALL.getOrDefault(key(lock), Known.NOTHING);
		return known.asking == asking && (known.fence == null || (known.fence != ENDING && known.fence != row.fence()));
	}

	private String key(String lock) {
		return this.holder + '\n' + lock;
	}

	/**
	 * What is known of a lock.
	 *
	 * @param asking how many ask for it now
	 * @param fence that of the one that was got last, {@code null} if there is none
	 */
	private record Known(int asking, @Nullable Long fence) {

		private static final Known NOTHING = new Known(0, null);

		Known asking(int more) {
			return new Known(this.asking + more, this.fence);
		}

		@Nullable Known orNothing() {
			return equals(NOTHING) ? null : this;
		}

	}

}
