// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.work;

import io.managedservices.ServiceContext;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Condition;

/**
 * A service, as its work sees it. Called inside the coordinator, but for
 * {@link #definition} and {@link #snapshot}, which any thread may call.
 *
 * @since 0.1.0
 */
public interface WorkOwner {

	/**
	 * The service as it was declared.
	 * @return the definition
	 */
	ServiceDefinition definition();

	/**
	 * How the service is.
	 * @return the last snapshot that was published
	 */
	ServiceSnapshot snapshot();

	/**
	 * The number of the service.
	 * @return its place among all services
	 */
	int index();

	/**
	 * Whether the service runs, also while it waits for its dependents to stop.
	 * @return whether it does
	 */
	boolean isRunning();

	/**
	 * Finds a service by its name.
	 * @param name the name
	 * @return the service
	 * @throws io.managedservices.state.ServiceException if there is none
	 */
	WorkOwner named(String name);

	/**
	 * Whether something of an incarnation may begin, as far as its lease goes. Any thread
	 * may ask.
	 * @param incarnation the incarnation
	 * @return {@code false} for good once there is only time left for stopping
	 */
	boolean mayBegin(ServiceContext incarnation);

	/**
	 * What limits its time to stop, where that is not a setting of the service.
	 * @return the key of a setting
	 */
	String limit();

	/**
	 * What tasks are due for by leases. Any thread may ask.
	 * @return the leases
	 */
	Leases leases();

	/**
	 * Work without which the service cannot go on has failed.
	 * @param incarnation the incarnation that it belongs to
	 * @param cause why
	 */
	void fail(ServiceContext incarnation, Throwable cause);

	/**
	 * The last piece of work has left user code, after all was told to end.
	 */
	void workEnded();

	/**
	 * Warns of its work, as a condition that the service itself cannot resolve. It
	 * vanishes with the incarnation.
	 * @param warning the condition; it replaces the one of that id, if there is one
	 */
	void warn(Condition warning);

	/**
	 * There is no need any more to warn.
	 * @param id which condition
	 */
	void resolveWarning(String id);

	/**
	 * Tells listeners.
	 * @param event what happened
	 * @return {@code false} if it is dropped, as is an {@linkplain LifecycleEvent.Emitted
	 * exposed} event of which as many wait for listeners as may; no other ever is
	 */
	boolean tell(LifecycleEvent event);

}
