// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Invocation;
import io.managedservices.internal.engine.kernel.Invocation.Method;
import io.managedservices.internal.time.TimerQueue;

/**
 * What a method of a simulated service does in one call: how long it takes, whether it
 * throws, and whether it heeds an interrupt.
 */
final class SimulatedCall {

	final Invocation invocation;

	final boolean fails;

	private final boolean heedsInterrupt;

	/** When it returns, never if it hangs. */
	long end;

	private boolean interrupted;

	private SimulatedCall(Invocation invocation, boolean fails, boolean heedsInterrupt, long end) {
		this.invocation = invocation;
		this.fails = fails;
		this.heedsInterrupt = heedsInterrupt;
		this.end = end;
	}

	static SimulatedCall of(Invocation invocation, Random random, double trouble, long now) {
		boolean fails = random.nextDouble() < trouble * ((invocation.method() == Method.PREPARE) ? 0.1 : 1);
		boolean hangs = random.nextDouble() < trouble * 0.2;
		long duration = switch (random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> random.nextInt(5_000_000);
			default -> random.nextInt(20_000_000);
		};
		if (hangs) {
			duration = (random.nextInt(3) == 0) ? TimerQueue.NEVER - now : random.nextInt(500_000_000);
		}
		return new SimulatedCall(invocation, fails, random.nextDouble() >= trouble * 0.5, now + duration);
	}

	/**
	 * Notices an interrupt.
	 * @param now the time
	 */
	void look(long now) {
		if (!this.interrupted && this.invocation.isInterrupted()) {
			this.interrupted = true;
			if (this.heedsInterrupt) {
				this.end = Math.min(this.end, now);
			}
		}
	}

	@Nullable Throwable outcome() {
		if (this.fails) {
			return new IllegalStateException("simulated failure");
		}
		return (this.interrupted && this.heedsInterrupt) ? new InterruptedException("simulated") : null;
	}

}
