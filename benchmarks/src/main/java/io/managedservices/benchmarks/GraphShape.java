// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.Random;

/**
 * The shapes of graphs that are measured. A shape and a size always make the same graph,
 * in which every service comes after its dependencies.
 *
 * @since 0.1.0
 */
public enum GraphShape {

	/**
	 * No dependencies at all.
	 */
	FLAT {

		@Override
		int[] dependencies(int service, int size, Random random) {
			return new int[0];
		}

	},

	/**
	 * Each service depends on the one before it.
	 */
	CHAIN {

		@Override
		int[] dependencies(int service, int size, Random random) {
			return (service == 0) ? new int[0] : new int[] { service - 1 };
		}

	},

	/**
	 * Ten layers of equal size: each service depends on up to three of the layer below.
	 */
	LAYERS {

		@Override
		int[] dependencies(int service, int size, Random random) {
			int width = Math.max(1, size / LAYER_COUNT);
			int layer = Math.min(service / width, LAYER_COUNT - 1);
			return (layer == 0) ? new int[0] : pick(3, (layer - 1) * width, layer * width, random);
		}

	},

	/**
	 * Each service depends on up to five of all the services before it.
	 */
	RANDOM {

		@Override
		int[] dependencies(int service, int size, Random random) {
			return (service == 0) ? new int[0] : pick(random.nextInt(6), 0, service, random);
		}

	};

	static final int LAYER_COUNT = 10;

	private static final long SEED = 42;

	/**
	 * Makes the graph of this shape.
	 * @param size how many services it has
	 * @return the graph
	 */
	public GraphPlan plan(int size) {
		Random random = new Random(SEED);
		String[] names = new String[size];
		int[][] dependencies = new int[size][];
		for (int service = 0; service < size; service++) {
			names[service] = "service-" + service;
			dependencies[service] = dependencies(service, size, random);
		}
		return new GraphPlan(names, dependencies);
	}

	abstract int[] dependencies(int service, int size, Random random);

	private static int[] pick(int count, int from, int to, Random random) {
		return random.ints(count, from, to).distinct().toArray();
	}

}
