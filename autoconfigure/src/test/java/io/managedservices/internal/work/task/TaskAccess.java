// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import io.managedservices.internal.work.core.ScopedCall;

/**
 * What tests of other rooms may know of the runs of tasks.
 */
public final class TaskAccess {

	private TaskAccess() {
	}

	public static boolean isCancelled(ScopedCall call) {
		return call instanceof TaskRun run && run.task.details().cancelled;
	}

}
