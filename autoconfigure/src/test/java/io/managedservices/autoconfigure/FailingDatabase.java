// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * A service that refuses to start until it is repaired.
 */
class FailingDatabase implements ServiceLifecycle {

	private volatile boolean repaired;

	void repair() {
		this.repaired = true;
	}

	@Override
	public void start(ServiceContext context) {
		if (!this.repaired) {
			throw new IllegalStateException("refused");
		}
	}

	@Override
	public void stop(ServiceContext context) {
		context.status("closing");
	}

}
