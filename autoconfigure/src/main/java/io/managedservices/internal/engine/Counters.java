// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

/**
 * What each service counts of its neighbours, in arrays by the index of the service: a
 * neighbour is counted up or down without touching anything else of it. Confined to the
 * coordinator.
 */
final class Counters {

	/** How many dependencies do not run. */
	final int[] dependenciesNotRunning;

	/** How many dependencies cannot run until somebody does something about it. */
	final int[] dependenciesBlocked;

	/** How many dependencies are not prepared. */
	final int[] dependenciesUnprepared;

	/** How many predecessors have not come to rest. */
	final int[] predecessorsUnsettled;

	/** How many dependents are starting, running or stopping. */
	final int[] dependentsActive;

	/** How many followers are about to stop or stopping. */
	final int[] followersLeaving;

	/** How many dependents want it to run. */
	final int[] demand;

	Counters(int size) {
		this.dependenciesNotRunning = new int[size];
		this.dependenciesBlocked = new int[size];
		this.dependenciesUnprepared = new int[size];
		this.predecessorsUnsettled = new int[size];
		this.dependentsActive = new int[size];
		this.followersLeaving = new int[size];
		this.demand = new int[size];
	}

}
