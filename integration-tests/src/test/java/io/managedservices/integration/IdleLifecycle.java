// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import org.springframework.context.SmartLifecycle;

/**
 * What Spring starts and stops, and does nothing.
 */
class IdleLifecycle implements SmartLifecycle {

	private volatile boolean running;

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
