// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;

/**
 * What the polls depend on.
 */
@ManagedService
class Database implements ServiceLifecycle {

	@Override
	public void checkReady() {
	}

}
