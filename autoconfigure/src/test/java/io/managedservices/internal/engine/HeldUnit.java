// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Random;

import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.SimulatedUnit;
import io.managedservices.work.RestartNow;
import io.managedservices.work.WorkKind;

/**
 * A unit of work inside user code: how long it stays there, how it leaves, and whether it
 * heeds an interrupt.
 */
final class HeldUnit {

	final SimulatedUnit unit;

	/** How it fails: 0 for not at all. */
	private final int failure;

	private final boolean heedsInterrupt;

	/** When it leaves, never if it hangs. */
	long end;

	private boolean interrupted;

	/** How likely it is to look whether it is to end. */
	private final double looks;

	private boolean told;

	private final Random random;

	HeldUnit(SimulatedUnit unit, Random random, double trouble, long now) {
		this.unit = unit;
		this.random = random;
		this.looks = new double[] { 0, 0, 0.1, 0.5 }[random.nextInt(4)];
		this.failure = (random.nextDouble() < trouble) ? 1 + random.nextInt(4) : 0;
		this.heedsInterrupt = random.nextDouble() >= trouble * 0.5;
		long duration = switch (random.nextInt(4)) {
			case 0, 1 -> 0;
			case 2 -> random.nextInt(5_000_000);
			default -> random.nextInt(isLong() ? 200_000_000 : 20_000_000);
		};
		if (random.nextDouble() < trouble * 0.2) {
			duration = (isLong() && random.nextInt(3) == 0) ? TimerQueue.NEVER - now : random.nextInt(500_000_000);
		}
		this.end = now + duration;
	}

	private boolean isLong() {
		WorkKind kind = this.unit.kind();
		return kind == WorkKind.WORKER || kind == WorkKind.TASK;
	}

	/**
	 * Notices an interrupt, or looks whether it is to end, and cleans up for some time.
	 * @param now the time
	 */
	void look(long now) {
		if (!this.told && this.looks > 0 && this.random.nextDouble() < this.looks) {
			this.told = this.unit.look();
			if (this.told) {
				this.end = Math.min(this.end, now + this.random.nextInt(60_000_000));
			}
		}
		if (!this.interrupted && this.unit.isInterrupted()) {
			this.interrupted = true;
			if (this.heedsInterrupt) {
				this.end = Math.min(this.end, now);
			}
		}
	}

	/**
	 * Ends the user code.
	 * @param incarnation whose it is
	 * @throws Exception if it fails
	 */
	void leave(Incarnation incarnation) throws Exception {
		if (this.interrupted && this.heedsInterrupt) {
			throw new InterruptedException("simulated");
		}
		switch (this.failure) {
			case 0 -> {
			}
			case 1 -> incarnation.fail(new IllegalStateException("simulated failure of the service"));
			case 2 -> throw new RestartNow("simulated");
			default -> throw new IllegalStateException("simulated failure of work");
		}
	}

}
