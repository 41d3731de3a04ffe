// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.util.List;
import java.util.Map;

import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Shows how services are. A part of {@link io.managedservices.ManagedServices} that can
 * be injected by itself. Safe for use by several threads. Reading does no I/O and takes
 * no lock.
 *
 * @since 0.1.0
 */
public interface ServiceMonitor {

	/**
	 * All services, dependencies before their dependents.
	 * @return one snapshot each
	 */
	List<ServiceSnapshot> snapshots();

	/**
	 * One service.
	 * @param name its name
	 * @return how it is now
	 * @throws ServiceException if there is no such service; the message suggests the
	 * nearest name
	 */
	ServiceSnapshot snapshot(String name);

	/**
	 * Why a service does not run: the way from one of its dependencies that does not run
	 * down to the root cause, which is last.
	 * @param name the name of the service
	 * @return the services on that way; empty if the service runs, or does not run for a
	 * reason of its own
	 * @throws ServiceException if there is no such service
	 */
	List<ServiceSnapshot> blockers(String name);

	/**
	 * As {@link #blockers(String)} for all services, in time linear in services and
	 * edges.
	 * @param limit how many services on a way are named at most, 1 or more; of a longer
	 * one the first and the root cause
	 * @return the ways by the names of services, without those that have none
	 */
	Map<String, List<ServiceSnapshot>> blockers(int limit);

	/**
	 * Whether every required service that is to run is ready.
	 * @return {@code false} also before the start and after the stop of all
	 */
	boolean isReady();

	/**
	 * Whether no required service has failed, fails its health check, or has reported an
	 * error or a condition that is one.
	 * @return whether all are healthy
	 */
	boolean isHealthy();

	/**
	 * Whether all services are being stopped, or are stopped for good.
	 * @return {@code false} before the first start, and while all are stopped but may be
	 * started again
	 */
	boolean isShuttingDown();

	/**
	 * As {@link #isReady()}, with the names of those that are not.
	 * @return the summary
	 */
	HealthSummary readiness();

	/**
	 * As {@link #isHealthy()}, with the names of those that are not.
	 * @return the summary
	 */
	HealthSummary health();

	/**
	 * Which enabled services need a service, directly or through others. One that the
	 * operator stopped needs nothing, not even itself.
	 * @param name its name
	 * @return their names; itself among them if it is enabled
	 * @throws ServiceException if there is no such service
	 */
	List<String> neededBy(String name);

	/**
	 * What the work of a service looks like now.
	 * @param name its name
	 * @return a snapshot
	 * @throws ServiceException if there is no such service
	 */
	WorkSnapshot work(String name);

	/**
	 * What was counted of the work of a service until now. Waits for nothing.
	 * @param name its name
	 * @return the counts
	 * @throws ServiceException if there is no such service
	 */
	WorkCounts workCounts(String name);

	/**
	 * How busy the work of all services is now.
	 * @return the load
	 */
	Workload workload();

	/**
	 * The services of child contexts, which are managed there: those that have any now.
	 * @return the services by the ids of their contexts
	 */
	default Map<String, ServiceMonitor> children() {
		return Map.of();
	}

	/**
	 * The leases by which services of this instance run.
	 * @return one snapshot each; empty if no service has a lease
	 */
	default List<LeaseSnapshot> leases() {
		return List.of();
	}

	/**
	 * Adds a listener to all events from now on, unless it is there already.
	 * @param listener the listener
	 */
	void addListener(LifecycleListener listener);

	/**
	 * Removes a listener: it is not notified any more, whatever still waits for it.
	 * @param listener the listener
	 */
	void removeListener(LifecycleListener listener);

}
