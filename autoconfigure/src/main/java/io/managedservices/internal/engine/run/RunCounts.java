// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.util.BitSet;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.state.ServiceState;

/**
 * Counts what the start and the stop of all services wait for. Confined to the
 * coordinator.
 */
final class RunCounts {

	/** Required services that may still come to run. */
	private final Members pending = new Members();

	/** Required services that cannot run. */
	private final Members hopeless = new Members();

	/** Services that are not down. */
	private final Members busy = new Members();

	/**
	 * Counts a service that was looked at.
	 * @param node the service
	 */
	void update(ServiceNode node) {
		boolean counts = node.isRequired() && node.intended() && node.state() != ServiceState.RUNNING
				&& (node.state() != ServiceState.STANDBY || node.undecided());
		this.pending.set(node, counts && !node.blocked());
		this.hopeless.set(node, counts && node.blocked());
		this.busy.set(node, node.state() != ServiceState.NEW && node.state() != ServiceState.STOPPED
				&& node.state() != ServiceState.FAILED);
	}

	/**
	 * Some services have gone, which are counted nowhere any more, and others have moved
	 * up.
	 * @param numbers the new number of each service, negative for one that is gone
	 */
	void renumbered(int[] numbers) {
		this.pending.bits = renumbered(this.pending.bits, numbers);
		this.hopeless.bits = renumbered(this.hopeless.bits, numbers);
		this.busy.bits = renumbered(this.busy.bits, numbers);
	}

	static BitSet renumbered(BitSet bits, int[] numbers) {
		BitSet renumbered = new BitSet();
		for (int index = bits.nextSetBit(0); index >= 0; index = bits.nextSetBit(index + 1)) {
			renumbered.set(numbers[index]);
		}
		return renumbered;
	}

	int pending() {
		return this.pending.count;
	}

	int hopeless() {
		return this.hopeless.count;
	}

	int busy() {
		return this.busy.count;
	}

	boolean isPending(ServiceNode node) {
		return this.pending.contains(node);
	}

	boolean isHopeless(ServiceNode node) {
		return this.hopeless.contains(node);
	}

	boolean isBusy(ServiceNode node) {
		return this.busy.contains(node);
	}

	/**
	 * Services by their numbers, and how many they are.
	 */
	private static final class Members {

		private BitSet bits = new BitSet();

		private int count;

		void set(ServiceNode node, boolean member) {
			if (member != contains(node)) {
				this.bits.set(node.index(), member);
				this.count += member ? 1 : -1;
			}
		}

		boolean contains(ServiceNode node) {
			return this.bits.get(node.index());
		}

	}

}
