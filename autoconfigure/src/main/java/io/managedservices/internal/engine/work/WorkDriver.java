// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.work;

import java.util.List;
import java.util.function.Function;

import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.call.Coordination;
import io.managedservices.monitor.Workload;

/**
 * Drives the work inside services, as the engine sees it. Called inside the coordinator,
 * but for what any thread may call, where it says so.
 *
 * @since 0.1.0
 */
public interface WorkDriver {

	/**
	 * Takes what it is confined to. Called once, before anything else.
	 * @param coordination the coordinator
	 */
	void bind(Coordination coordination);

	/**
	 * Takes over the work of a service. Called once for each service that has any, at the
	 * latest when it asks for it.
	 * @param owner the service
	 * @return its work
	 */
	OwnedWork own(WorkOwner owner);

	/**
	 * Hands over what was decided to run, after some commands have been handled.
	 */
	void launch();

	/**
	 * The wall clock has jumped: what is due by it is looked at anew. Called inside the
	 * coordinator.
	 */
	void clockJumped();

	/**
	 * Prepares an event that comes from outside, on the thread whose context goes with
	 * it. Any thread may call, but not inside the coordinator.
	 * @param source the name of the service that it is injected as one of
	 * @param event the event
	 * @return delivers it as one of a service, inside the coordinator, and has which
	 * services refused it, and why
	 */
	Function<WorkOwner, List<Refusal>> injection(String source, Object event);

	/**
	 * Takes work that the calling thread is inside of as having left: from now on it is
	 * neither interrupted nor waited for when its service stops. Any thread may call, but
	 * not inside the coordinator.
	 */
	void releaseCaller();

	/**
	 * Sets what is done when work was added, by user code and not by the clock. Any
	 * thread may call.
	 * @param action runs on the thread that has added it, often: does not wait
	 */
	void onAdded(Runnable action);

	/**
	 * How busy all of it is. Any thread may ask.
	 * @return the load
	 */
	Workload workload();

	/**
	 * Changes how many micro-tasks run at once. Any thread may call.
	 * @param limit how many
	 */
	void limitMicroTasks(int limit);

}
