// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import io.managedservices.internal.time.TimerQueue;

/**
 * The deadlines of callbacks that have the same timeout. Each is later than the one
 * before, so that they need no sorting; one that does not matter any more is dropped when
 * it comes to the front. A ring of arrays. Confined to the coordinator.
 */
final class DeadlineLane {

	private ServiceNode[] nodes = new ServiceNode[16];

	private long[] times = new long[16];

	private int head;

	private int size;

	/**
	 * Adds the deadline of a node.
	 * @param node a node whose deadline is not before those that were added
	 */
	void add(ServiceNode node) {
		if (this.size == this.nodes.length) {
			grow();
		}
		int tail = (this.head + this.size) & (this.nodes.length - 1);
		this.nodes[tail] = node;
		this.times[tail] = node.deadline;
		this.size++;
	}

	private void grow() {
		ServiceNode[] grownNodes = new ServiceNode[2 * this.size];
		long[] grownTimes = new long[2 * this.size];
		int first = this.size - this.head;
		System.arraycopy(this.nodes, this.head, grownNodes, 0, first);
		System.arraycopy(this.nodes, 0, grownNodes, first, this.head);
		System.arraycopy(this.times, this.head, grownTimes, 0, first);
		System.arraycopy(this.times, 0, grownTimes, first, this.head);
		this.nodes = grownNodes;
		this.times = grownTimes;
		this.head = 0;
	}

	/**
	 * The first deadline that still matters.
	 * @return when it is, or {@link TimerQueue#NEVER}
	 */
	long next() {
		while (this.size > 0 && this.nodes[this.head].deadline != this.times[this.head]) {
			removeFirst();
		}
		return (this.size > 0) ? this.times[this.head] : TimerQueue.NEVER;
	}

	/**
	 * Takes out the node with the first deadline that still matters.
	 * @return the node
	 */
	@SuppressWarnings("NullAway") // a free place holds null
	ServiceNode removeFirst() {
		ServiceNode first = this.nodes[this.head];
		this.nodes[this.head] = null;
		this.head = (this.head + 1) & (this.nodes.length - 1);
		this.size--;
		return first;
	}

}
