// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.ProcessTime;

/**
 * Remembers that threads could not be had, and has those who need them try again until
 * they can. What the threads were for waits with whoever needs them. Safe for use by
 * several threads, of which one at a time looks.
 */
final class ThreadShortage {

	private static final Log logger = LineLog.of(ThreadShortage.class);

	/** How many looks pass between two attempts at most: each costs a line of the JVM. */
	private static final int LONGEST_WAIT = 20;

	private final List<Runnable> attempts = new CopyOnWriteArrayList<>();

	private volatile @Nullable Throwable cause;

	private volatile boolean reported;

	/** Confined to the thread that looks. */
	private int looks;

	/** Confined to the thread that looks. */
	private int wait = 1;

	/**
	 * Adds somebody who needs threads.
	 * @param attempt starts those that are missing, or says {@link #begin} once more
	 */
	void add(Runnable attempt) {
		this.attempts.add(attempt);
	}

	/**
	 * A thread could not be had.
	 * @param failure why
	 */
	void begin(Throwable failure) {
		this.cause = failure;
	}

	/**
	 * Whether threads are missing.
	 * @return whether they are, as far as is known
	 */
	boolean isOn() {
		return this.cause != null;
	}

	/**
	 * Tries again if threads are missing, soon at first, then less often; reports that
	 * they are, and when they no longer are. To be called every
	 * {@value ProcessTime#LOOK_MILLIS} ms.
	 */
	void look() {
		if (this.cause != null && ++this.looks >= this.wait) {
			this.looks = 0;
			report();
			this.cause = null;
			this.attempts.forEach(Runnable::run);
			boolean over = this.cause == null;
			this.wait = over ? 1 : Math.min(2 * this.wait, LONGEST_WAIT);
			if (over) {
				this.reported = false;
				logger.info("Threads for the services could be created again");
			}
		}
	}

	/**
	 * Reports that threads are missing, unless that was done.
	 */
	void report() {
		if (!this.reported) {
			this.reported = true;
			GuardedLog.error(logger,
					"No further thread for the services could be created: what needs one waits, and it is tried again until one can be had. Raise the limit of threads or processes ('ulimit -u', 'pids' of the container), or let the application use fewer",
					this.cause);
		}
	}

}
