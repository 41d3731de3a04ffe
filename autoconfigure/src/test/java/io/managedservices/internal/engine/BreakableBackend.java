// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Instant;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.internal.concurrent.ThreadBackend;

/**
 * Real time and threads, of which a part can be broken. Safe for use by several threads.
 */
public final class BreakableBackend implements Backend {

	private final ThreadBackend backend = ThreadBackend.platform();

	/** What does not work. */
	public volatile Part broken = Part.NONE;

	private void use(Part part) {
		if (this.broken == part) {
			// JUnit ends all tests for an OutOfMemoryError.
			throw new InternalError("no " + part + " today");
		}
	}

	@Override
	public long nanoTime() {
		use(Part.NANO_TIME);
		return this.backend.nanoTime();
	}

	@Override
	public Instant instant() {
		use(Part.INSTANT);
		return this.backend.instant();
	}

	@Override
	public void execute(Runnable task) {
		this.backend.execute(task);
	}

	@Override
	public void deliver(Runnable task) {
		use(Part.DELIVERY);
		this.backend.deliver(task);
	}

	@Override
	public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
		return this.backend.executor(kind, maxThreads, brief);
	}

	@Override
	public void addClockListener(Runnable listener) {
		this.backend.addClockListener(listener);
	}

	@Override
	public void removeClockListener(Runnable listener) {
		this.backend.removeClockListener(listener);
	}

	@Override
	public void wakeAt(long nanoTime) {
		use(Part.ALARM);
		this.backend.wakeAt(nanoTime);
	}

	@Override
	public void open(Runnable alarm) {
		use(Part.OPENING);
		this.backend.open(alarm);
	}

	@Override
	public void close() {
		use(Part.CLOSING);
		this.backend.close();
	}

	/**
	 * What can be broken.
	 */
	public enum Part {

		NONE, NANO_TIME, INSTANT, DELIVERY, ALARM, OPENING, CLOSING

	}

}
