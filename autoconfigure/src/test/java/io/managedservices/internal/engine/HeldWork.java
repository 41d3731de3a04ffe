// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.SimulatedBackend;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.SimulatedUnit;

/**
 * The work of simulated services that is inside user code, and for how long.
 */
final class HeldWork {

	private final Random random;

	private final SimulatedBackend backend;

	private final WorkInvariants invariants;

	private final double trouble;

	private final List<HeldUnit> units = new ArrayList<>();

	/** What runs its user code at the moment. */
	private @Nullable HeldUnit leaving;

	HeldWork(Random random, SimulatedBackend backend, WorkInvariants invariants, double trouble) {
		this.random = random;
		this.backend = backend;
		this.invariants = invariants;
		this.trouble = trouble;
	}

	/**
	 * Lets a unit begin that a thread has come to.
	 * @param unit the unit
	 */
	void begin(SimulatedUnit unit) {
		if (unit.begin()) {
			this.invariants.begins(unit);
			this.units.add(new HeldUnit(unit, this.random, this.trouble, this.backend.nanoTime()));
		}
		else {
			proceed(unit.leave());
		}
	}

	private void proceed(@Nullable Runnable next) {
		if (next != null) {
			this.backend.execute(next);
		}
	}

	/**
	 * Lets them notice interrupts, and workers give a beat.
	 * @param now the time
	 */
	void look(long now) {
		for (HeldUnit held : this.units) {
			held.look(now);
			if (this.random.nextInt(4) == 0) {
				held.unit.beat();
			}
		}
	}

	/**
	 * One of those whose time to leave has come.
	 * @param now the time
	 * @return any of them, or {@code null} if there is none
	 */
	@Nullable HeldUnit due(long now) {
		HeldUnit due = null;
		int seen = 0;
		for (HeldUnit held : this.units) {
			if (held.end <= now) {
				seen++;
				if (this.random.nextInt(seen) == 0) {
					due = held;
				}
			}
		}
		return due;
	}

	/**
	 * When the next one leaves.
	 * @return the time
	 */
	long next() {
		long next = TimerQueue.NEVER;
		for (HeldUnit held : this.units) {
			next = Math.min(next, held.end);
		}
		return next;
	}

	/**
	 * Lets a unit run its user code and leave.
	 * @param held the unit
	 */
	void finish(HeldUnit held) {
		this.units.remove(held);
		this.invariants.ends(held.unit);
		this.leaving = held;
		Runnable next = held.unit.finish();
		this.leaving = null;
		proceed(next);
	}

	/**
	 * The user code of whatever is leaving.
	 * @throws Exception if it fails
	 */
	void leave() throws Exception {
		HeldUnit held = this.leaving;
		if (held == null) {
			throw new AssertionError("Work runs that nobody lets run");
		}
		held.leave((Incarnation) held.unit.incarnation());
	}

}
