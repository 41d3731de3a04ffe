// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what one thread at a time does: that costs no more than to add. Any thread may
 * read it.
 *
 * @since 0.1.0
 */
public final class Tally {

	private final AtomicLong count = new AtomicLong();

	/**
	 * Counts some more. What the last one to do so did has to be visible to the caller.
	 * @param more how many
	 */
	public void add(int more) {
		// Nothing is not written: it would take the memory around from other threads.
		if (more != 0) {
			this.count.setRelease(this.count.getPlain() + more);
		}
	}

	public long get() {
		return this.count.getAcquire();
	}

}
