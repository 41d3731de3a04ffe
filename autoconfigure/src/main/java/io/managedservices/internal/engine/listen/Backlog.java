// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.listen;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ExhaustionWarning;
import io.managedservices.internal.line.LineLog;

/**
 * Counts the events of a kind that wait for a listener, and says which is one too many.
 * Entered by the coordinator, which adds, and by the one thread that delivers, which
 * takes: each is the only one to write its own count.
 */
final class Backlog {

	private static final Log logger = LineLog.of(Backlog.class);

	private final Backend backend;

	private final int most;

	private final Supplier<String> text;

	private final ExhaustionWarning warning;

	/** Written by the thread that delivers. */
	private final AtomicLong taken = new AtomicLong();

	/** How many were added. Confined to the coordinator, as is what follows. */
	private long added;

	/** How many were taken when that was looked at last. */
	private long seenTaken;

	/** Whether one was dropped since the last time that none waited. */
	private boolean exhausted;

	/**
	 * Create a backlog, in which nothing waits.
	 * @param backend time and threads
	 * @param most how many events wait at most
	 * @param text warns that further ones are dropped
	 */
	Backlog(Backend backend, int most, Supplier<String> text) {
		this.backend = backend;
		this.most = most;
		this.text = text;
		this.warning = new ExhaustionWarning(backend::nanoTime, this::warn);
	}

	/**
	 * Adds an event. Called inside the coordinator.
	 * @return {@code false} if as many wait as may, so that it is to be dropped
	 */
	boolean add() {
		// What another thread writes all the time is read only when it matters.
		if (this.exhausted || this.added - this.seenTaken >= this.most) {
			this.seenTaken = this.taken.getAcquire();
			look(this.added - this.seenTaken);
			if (this.added - this.seenTaken >= this.most) {
				return false;
			}
		}
		this.added++;
		return true;
	}

	private void look(long waiting) {
		if (waiting >= this.most) {
			this.exhausted = true;
			this.warning.workWaits();
		}
		else if (waiting == 0) {
			this.exhausted = false;
			this.warning.noneWaits();
		}
	}

	/**
	 * Takes an event, which does not wait any longer. Called by the thread that delivers,
	 * to which the one before it has handed over.
	 */
	void take() {
		this.taken.setRelease(this.taken.getPlain() + 1);
	}

	// Nothing waits for a log inside the coordinator.
	private void warn() {
		this.backend.deliver(() -> logger.warn(this.text.get()));
	}

}
