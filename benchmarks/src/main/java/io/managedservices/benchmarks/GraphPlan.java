// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Arrays;

/**
 * A graph of services as every contender gets it: names, and for each service the indexes
 * of its dependencies, which are lower than its own. Not changed after it was made.
 *
 * @since 0.1.0
 */
public final class GraphPlan {

	private final String[] names;

	private final int[][] dependencies;

	GraphPlan(String[] names, int[][] dependencies) {
		this.names = names;
		this.dependencies = dependencies;
	}

	/**
	 * How many services there are.
	 * @return their number
	 */
	public int size() {
		return this.names.length;
	}

	/**
	 * The name of a service.
	 * @param service its index
	 * @return its name
	 */
	public String name(int service) {
		return this.names[service];
	}

	/**
	 * What a service depends on.
	 * @param service its index
	 * @return the indexes of its dependencies, not to be changed
	 */
	public int[] dependencies(int service) {
		return this.dependencies[service];
	}

	/**
	 * The length of the longest way through the graph, if each service starts the instant
	 * its dependencies run.
	 * @param times how long each service takes to start
	 * @return the sum of the times on that way
	 */
	public long criticalPath(long[] times) {
		long[] ends = new long[size()];
		for (int service = 0; service < ends.length; service++) {
			for (int dependency : this.dependencies[service]) {
				ends[service] = Math.max(ends[service], ends[dependency]);
			}
			ends[service] += times[service];
		}
		return Arrays.stream(ends).max().orElse(0);
	}

}
