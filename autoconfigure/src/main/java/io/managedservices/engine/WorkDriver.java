package io.managedservices.engine;

import java.util.List;

import io.managedservices.Workload;
import io.managedservices.concurrent.Coordination;

/**
 * Drives the work inside services, as the engine sees it. Called inside the coordinator,
 * but for {@link #workload} and {@link #limitMicroTasks}, which any thread may call.
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
	 * Delivers an event that comes from outside.
	 * @param source the service that it is from
	 * @param event the event
	 * @return the names of the services that refused it
	 */
	List<String> emit(WorkOwner source, Object event);

	/**
	 * How busy all of it is.
	 * @return the load
	 */
	Workload workload();

	/**
	 * Changes how many micro-tasks run at once.
	 * @param limit how many
	 */
	void limitMicroTasks(int limit);

}
