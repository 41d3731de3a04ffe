// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.work.OwnedWork;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.event.Mailbox;
import io.managedservices.internal.work.microtask.MicroTaskLimiter;
import io.managedservices.internal.work.microtask.MicroTasks;
import io.managedservices.internal.work.task.TaskQueue;
import io.managedservices.internal.work.task.Tasks;
import io.managedservices.internal.work.worker.Workers;
import io.managedservices.work.ServiceWork;

/**
 * What tests of the rooms may reach.
 */
public final class WorkAccess {

	private WorkAccess() {
	}

	public static WorkSettings settings(WorkEngine engine) {
		return engine.settings();
	}

	public static Coordination coordination(WorkEngine engine) {
		return engine.coordination();
	}

	public static TaskQueue tasks(WorkEngine engine) {
		return engine.tasks();
	}

	public static MicroTaskLimiter microTasks(WorkEngine engine) {
		return engine.microTasks();
	}

	public static WorkScope scope(ServiceWork work) {
		return ((IncarnationWork) work).scope();
	}

	public static Workers workers(ServiceWork work) {
		return workload(work).workers();
	}

	public static Tasks tasks(ServiceWork work) {
		return workload(work).tasks();
	}

	public static MicroTasks microTasks(ServiceWork work) {
		return workload(work).microTasks();
	}

	public static Mailbox mailbox(OwnedWork work) {
		return ((ServiceWorkload) work).mailbox();
	}

	private static ServiceWorkload workload(ServiceWork work) {
		return (ServiceWorkload) scope(work).workplace();
	}

}
