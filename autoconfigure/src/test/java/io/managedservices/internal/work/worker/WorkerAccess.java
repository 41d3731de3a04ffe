// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import io.managedservices.internal.work.core.ScopedCall;

/**
 * What tests of other rooms may do with the runs of workers.
 */
public final class WorkerAccess {

	private WorkerAccess() {
	}

	/**
	 * Gives a beat, if it is a worker.
	 * @param call any call
	 */
	public static void beat(ScopedCall call) {
		if (call instanceof WorkerRun run) {
			run.context().beat();
		}
	}

}
