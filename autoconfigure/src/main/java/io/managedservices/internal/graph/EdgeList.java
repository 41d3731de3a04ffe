// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.Arrays;

/**
 * The edges that leave each node of a graph, as indexes of nodes in one array. Immutable.
 *
 * @since 0.1.0
 */
public final class EdgeList {

	private final int[] offsets;

	private final int[] targets;

	private EdgeList(int[] offsets, int[] targets) {
		this.offsets = offsets;
		this.targets = targets;
	}

	/**
	 * Whether there are no edges at all.
	 * @return whether no edge leaves any node
	 */
	public boolean isEmpty() {
		return this.targets.length == 0;
	}

	/**
	 * How many edges leave a node.
	 * @param node the index of the node
	 * @return their number
	 */
	public int count(int node) {
		return isEmpty() ? 0 : this.offsets[node + 1] - this.offsets[node];
	}

	/**
	 * Where an edge leads.
	 * @param node the index of the node that it leaves
	 * @param edge from 0 to {@code count(node) - 1}
	 * @return the index of the node that it leads to
	 */
	public int target(int node, int edge) {
		return this.targets[this.offsets[node] + edge];
	}

	EdgeList reversed() {
		int nodes = this.offsets.length - 1;
		int[] reversedOffsets = new int[nodes + 1];
		for (int target : this.targets) {
			reversedOffsets[target + 1]++;
		}
		for (int node = 0; node < nodes; node++) {
			reversedOffsets[node + 1] += reversedOffsets[node];
		}
		int[] next = reversedOffsets.clone();
		int[] sources = new int[this.targets.length];
		for (int node = 0; node < nodes; node++) {
			for (int edge = this.offsets[node]; edge < this.offsets[node + 1]; edge++) {
				sources[next[this.targets[edge]]++] = node;
			}
		}
		return new EdgeList(reversedOffsets, sources);
	}

	/**
	 * The same edges between nodes with other numbers.
	 * @param order the old number of each new one
	 * @param numbers the new number of each old one, negative for one that is gone: edges
	 * to it are left out
	 * @return the edges
	 */
	EdgeList renumbered(int[] order, int[] numbers) {
		Builder builder = new Builder(order.length);
		for (int node : order) {
			for (int edge = this.offsets[node]; edge < this.offsets[node + 1]; edge++) {
				if (numbers[this.targets[edge]] >= 0) {
					builder.add(numbers[this.targets[edge]]);
				}
			}
			builder.endNode();
		}
		return builder.build();
	}

	/**
	 * Collects the edges of one node after the other. Used by one thread.
	 */
	static final class Builder {

		private final int[] offsets;

		private int[] targets;

		private int node;

		private int size;

		Builder(int nodes) {
			this.offsets = new int[nodes + 1];
			this.targets = new int[nodes];
		}

		/**
		 * Adds all edges of the first nodes.
		 * @param first their edges
		 * @return this
		 */
		Builder addAll(EdgeList first) {
			this.node = first.offsets.length - 1;
			this.size = first.targets.length;
			System.arraycopy(first.offsets, 0, this.offsets, 0, first.offsets.length);
			this.targets = Arrays.copyOf(first.targets, Math.max(this.offsets.length, this.size));
			return this;
		}

		void add(int target) {
			if (this.size == this.targets.length) {
				this.targets = Arrays.copyOf(this.targets, Math.max(8, this.size * 2));
			}
			this.targets[this.size++] = target;
		}

		void endNode() {
			this.node++;
			this.offsets[this.node] = this.size;
		}

		EdgeList build() {
			return new EdgeList(this.offsets, Arrays.copyOf(this.targets, this.size));
		}

	}

}
