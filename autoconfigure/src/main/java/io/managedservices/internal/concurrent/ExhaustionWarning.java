// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Warns when work comes faster than it is done, all threads of a kind being in use say:
 * once until none waits any more, and once a minute at most. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class ExhaustionWarning {

	static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

	private final LongSupplier nanoTime;

	private final Runnable warning;

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile long quietUntil;

	/**
	 * Create a warning.
	 * @param nanoTime the time, in nanoseconds
	 * @param warning warns; does not wait
	 */
	public ExhaustionWarning(LongSupplier nanoTime, Runnable warning) {
		this.nanoTime = nanoTime;
		this.warning = warning;
		this.quietUntil = nanoTime.getAsLong();
	}

	/**
	 * Work waits, and nothing more may be taken for it: no further thread, say, or no
	 * further place to wait.
	 */
	public void workWaits() {
		if (!this.warned.get()) {
			long now = this.nanoTime.getAsLong();
			if (now - this.quietUntil >= 0 && this.warned.compareAndSet(false, true)) {
				this.quietUntil = now + PAUSE;
				this.warning.run();
			}
		}
	}

	/**
	 * No work waits any more.
	 */
	public void noneWaits() {
		if (this.warned.get()) {
			this.warned.set(false);
		}
	}

}
