// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.util.concurrent.Executor;

/**
 * Where tests let something run. Stateless.
 */
final class Runnables {

	private Runnables() {
	}

	static Executor onThreadOfItsOwn() {
		return (task) -> new Thread(task).start();
	}

}
