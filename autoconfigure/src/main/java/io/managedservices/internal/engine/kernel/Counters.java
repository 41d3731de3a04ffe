// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * What each service counts of its neighbours, in arrays by the index of the service: a
 * neighbour is counted up or down without touching anything else of it. Confined to the
 * coordinator.
 */
public final class Counters {

	/** How many dependencies do not run. */
	public int[] dependenciesNotRunning;

	/** How many of those are on standby. */
	public int[] dependenciesOnStandby;

	/** How many dependencies cannot run until somebody does something about it. */
	public int[] dependenciesBlocked;

	/** How many dependencies are not prepared. */
	public int[] dependenciesUnprepared;

	/** How many predecessors have not come to rest. */
	public int[] predecessorsUnsettled;

	/** How many dependents are starting, running or stopping. */
	public int[] dependentsActive;

	/** How many followers are about to stop or stopping. */
	public int[] followersLeaving;

	/** How many dependents want it to run. */
	public int[] demand;

	/**
	 * Create counters that are all zero.
	 * @param size how many services there are
	 */
	public Counters(int size) {
		this.dependenciesNotRunning = new int[size];
		this.dependenciesOnStandby = new int[size];
		this.dependenciesBlocked = new int[size];
		this.dependenciesUnprepared = new int[size];
		this.predecessorsUnsettled = new int[size];
		this.dependentsActive = new int[size];
		this.followersLeaving = new int[size];
		this.demand = new int[size];
	}

	/**
	 * Makes room for further services, with counters that are all zero.
	 * @param size how many services there are
	 */
	void grow(int size) {
		int room = this.demand.length;
		if (size > room) {
			int larger = Math.max(size, room + room / 2);
			replace((counters) -> Arrays.copyOf(counters, larger));
		}
	}

	/**
	 * Moves the counters up, after some services have gone.
	 * @param numbers the new number of each service, negative for one that has gone
	 */
	void compact(int[] numbers) {
		replace((counters) -> compacted(counters, numbers));
	}

	private static int[] compacted(int[] counters, int[] numbers) {
		int size = 0;
		for (int index = 0; index < numbers.length; index++) {
			if (numbers[index] >= 0) {
				counters[size++] = counters[index];
			}
		}
		Arrays.fill(counters, size, numbers.length, 0);
		return counters;
	}

	private void replace(UnaryOperator<int[]> change) {
		this.dependenciesNotRunning = change.apply(this.dependenciesNotRunning);
		this.dependenciesOnStandby = change.apply(this.dependenciesOnStandby);
		this.dependenciesBlocked = change.apply(this.dependenciesBlocked);
		this.dependenciesUnprepared = change.apply(this.dependenciesUnprepared);
		this.predecessorsUnsettled = change.apply(this.predecessorsUnsettled);
		this.dependentsActive = change.apply(this.dependentsActive);
		this.followersLeaving = change.apply(this.followersLeaving);
		this.demand = change.apply(this.demand);
	}

}
