// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Random;

import io.managedservices.ServiceComponent;

/**
 * A component of a simulated service whose checks fail at random.
 */
final class SimulatedComponent implements ServiceComponent {

	private final Random random;

	private final double trouble;

	SimulatedComponent(Random random, double trouble) {
		this.random = random;
		this.trouble = trouble;
	}

	@Override
	public void checkReady() {
		check();
	}

	@Override
	public void checkHealth() {
		check();
	}

	private void check() {
		if (this.random.nextDouble() < this.trouble) {
			throw new IllegalStateException("simulated");
		}
	}

}
