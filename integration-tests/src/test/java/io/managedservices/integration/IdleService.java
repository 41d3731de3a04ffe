// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * A service that does nothing.
 */
@ManagedService
class IdleService implements ServiceLifecycle {

	@Override
	public void start(ServiceContext context) {
		// Nothing to do.
	}

}
