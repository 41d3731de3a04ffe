// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.UserCall;

/**
 * Whether a service sleeps, and what waits until it is woken. Safe for use by several
 * threads; the coordinator alone changes it, and never waits.
 *
 * @since 0.1.0
 */
public final class Sleep {

	private volatile boolean asleep;

	private final Set<CountDownLatch> waiting = ConcurrentHashMap.newKeySet();

	/**
	 * Puts the service to sleep, or wakes it.
	 * @param sleeps which of them
	 * @return whether that changes anything
	 */
	boolean set(boolean sleeps) {
		if (sleeps == this.asleep) {
			return false;
		}
		this.asleep = sleeps;
		lookAgain();
		return true;
	}

	public boolean isAsleep() {
		return this.asleep;
	}

	/**
	 * Lets all that wait look again whether they are to go on.
	 */
	public void lookAgain() {
		this.waiting.forEach(CountDownLatch::countDown);
	}

	/**
	 * Waits until the service is woken, or the caller is to end. That leaves no interrupt
	 * behind.
	 * @param incarnation that of the caller
	 * @param ending whether the caller is to end; it {@linkplain #lookAgain looks again}
	 * when that changes
	 * @throws InterruptedException if interrupted otherwise
	 */
	public void awaitWaking(ServiceContext incarnation, BooleanSupplier ending) throws InterruptedException {
		UserCall.listen(incarnation);
		try {
			while (this.asleep && !ending.getAsBoolean()) {
				awaitChange(ending);
			}
		}
		catch (InterruptedException ex) {
			if (!ending.getAsBoolean()) {
				throw ex;
			}
		}
		finally {
			UserCall.listened(incarnation);
		}
	}

	private void awaitChange(BooleanSupplier ending) throws InterruptedException {
		CountDownLatch change = new CountDownLatch(1);
		this.waiting.add(change);
		try {
			// Looked at once it is sure to hear of a change.
			if (this.asleep && !ending.getAsBoolean()) {
				change.await();
			}
		}
		finally {
			this.waiting.remove(change);
		}
	}

}
