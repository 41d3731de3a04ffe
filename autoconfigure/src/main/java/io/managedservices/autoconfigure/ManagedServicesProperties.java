// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.managedservices.internal.drawing.PrintFormat;
import io.managedservices.internal.engine.run.EngineSettings.OnFailure;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.lease.LeaseStoreKind;
import io.managedservices.internal.lifecycle.StartupMode;

/**
 * Properties of managed services. Immutable.
 *
 * @param enabled Whether the services of the application are managed. If not, nothing of
 * managed services exists, and beans that are services are plain beans.
 * @param startup Start of all services.
 * @param shutdown Quiescing and stop of all services.
 * @param defaults Settings of every service that does not set its own.
 * @param services Settings by the name of the service, over those of its annotation. A
 * name with dots or other signs than letters, digits and dashes stands in brackets:
 * '[my.service]'.
 * @param gates Services that run while a health contributor is UP, by the name of the
 * service: 'managed-services.gates.database.health=db' makes a service 'database' that
 * others can depend on.
 * @param listeners Message listeners that are services, by the id of the listener.
 * @param lease Leases of services that run on one instance of the application at a time.
 * @param leases Settings by the name of the lease, over those of all leases.
 * @param work Limits of the work inside all services together.
 * @param web What is answered to requests.
 * @param print Prints the graph of the services to the standard output instead of
 * starting anything, and ends the application: with exit code 0, or 1 and an analysis if
 * the graph or the settings are wrong.
 * @since 0.1.0
 */
@ConfigurationProperties("managed-services")
public record ManagedServicesProperties(@DefaultValue("true") boolean enabled, @DefaultValue Startup startup,
		@DefaultValue Shutdown shutdown, @DefaultValue @NestedConfigurationProperty ServiceSettings defaults,
		@DefaultValue Map<String, ServiceSettings.Own> services, @DefaultValue Map<String, Gate> gates,
		@DefaultValue Map<String, Listener> listeners, @DefaultValue Lease lease,
		@DefaultValue Map<String, OwnLease> leases, @DefaultValue Work work, @DefaultValue Web web,
		@Nullable PrintFormat print) {

	/**
	 * The start of all services.
	 *
	 * @param mode Whether the start of the application waits until all required services
	 * run, or goes on in the meantime.
	 * @param timeout How long the start of all services may take.
	 * @param onFailure What the failure of a required service means: that the application
	 * does not start, or that it starts without it and is not ready.
	 * @param progress After which time the log says what a start still waits for, then
	 * each time that it has taken twice as long; 0 for never.
	 */
	public record Startup(@DefaultValue("await") StartupMode mode, @DefaultValue("5m") Duration timeout,
			@DefaultValue("fail") OnFailure onFailure, @DefaultValue("10s") Duration progress) {

	}

	/**
	 * The stop of all services.
	 *
	 * @param timeout How long quiescing and stopping all services may take together. Has
	 * to be below 'spring.lifecycle.timeout-per-shutdown-phase'; by default 5 seconds
	 * below it, or a sixth of it if that is less.
	 */
	public record Shutdown(@Nullable Duration timeout) {

	}

	/**
	 * A service that runs while a health contributor is UP.
	 *
	 * @param health Name of the health contributor, such as 'db', or the path to one in a
	 * composite, such as 'db/primary'.
	 * @param interval From the end of one query to the next while it is UP, and the
	 * longest wait for the next one while it is not.
	 * @param timeout How long one query may take.
	 * @param failureThreshold How many queries in a row have to find it not UP, or go
	 * unanswered, for the service to fail.
	 */
	public record Gate(@Nullable String health, @DefaultValue("5s") Duration interval,
			@DefaultValue("5s") Duration timeout, @DefaultValue("1") int failureThreshold) {

	}

	/**
	 * A message listener that is a service.
	 *
	 * @param dependsOn Services that must run while the listener runs, in place of those
	 * of its '@DependsOnService'.
	 */
	public record Listener(@DefaultValue List<String> dependsOn) {

	}

	/**
	 * Leases of services that run on one instance of the application at a time.
	 *
	 * @param duration How long a lease lasts without being renewed, 1s or more: as long
	 * as nobody runs a service whose instance was killed.
	 * @param renew How often a lease is renewed, less than half of its duration. By
	 * default a third of it.
	 * @param poll How often an instance looks whether leases are free that its services
	 * lack, 10ms or more.
	 * @param countStoreOutage Whether the application is not ready while services lack a
	 * lease because its store cannot be asked.
	 * @param store Where leases are kept.
	 * @param table Name of ShedLock's table, in which it is looked who holds a lease.
	 * @param prefix What the names of leases begin with in the store, which several
	 * applications may share. By default the name of the application and a colon.
	 */
	public record Lease(@DefaultValue("30s") Duration duration, @Nullable Duration renew,
			@DefaultValue("500ms") Duration poll, @DefaultValue("false") boolean countStoreOutage,
			@DefaultValue("lock-provider") LeaseStoreKind store, @DefaultValue("shedlock") String table,
			@Nullable String prefix) {

	}

	/**
	 * One lease.
	 *
	 * @param duration How long it lasts without being renewed, 1s or more.
	 * @param renew How often it is renewed, less than half of its duration. By default a
	 * third of it.
	 */
	public record OwnLease(@Nullable Duration duration, @Nullable Duration renew) {

	}

	/**
	 * Limits of the work inside all services together.
	 *
	 * @param taskSlots How many tasks run at once, 1 or more. By default as many as there
	 * are processors, at least 2.
	 * @param longTask How long a task keeps its slot; after that the next one begins,
	 * while it goes on.
	 * @param microTasks Limits of micro-tasks.
	 * @param maxThreads How many platform threads each kind of work has at most, 2 or
	 * more. While all are in use further work waits for one, also micro-tasks of high
	 * priority and what has waited as long as it may. Virtual threads have no limit.
	 * @param failuresKept How many failures in the work of each service are kept to be
	 * shown, 1 or more; older ones are counted.
	 * @param exposedEventBuffer How many events whose type is exposed wait for each
	 * listener at most, 1 or more; further ones are dropped for it and counted.
	 */
	public record Work(@Nullable Integer taskSlots, @DefaultValue("1m") Duration longTask,
			@DefaultValue MicroTasks microTasks, @DefaultValue("500") int maxThreads,
			@DefaultValue("20") int failuresKept, @DefaultValue("10000") int exposedEventBuffer) {

	}

	/**
	 * What is answered to requests.
	 *
	 * @param problemdetails Answers to requests for a service that does not run.
	 */
	public record Web(@DefaultValue Problemdetails problemdetails) {

	}

	/**
	 * Answers to requests for a service that does not run.
	 *
	 * @param enabled Whether a 'ServiceException' that nobody handles is answered with
	 * 503 and a problem detail, in MVC and in WebFlux.
	 */
	public record Problemdetails(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * Limits of micro-tasks.
	 *
	 * @param limit How many micro-tasks run at once, 2 or more. By default twice as many
	 * as there are processors, at least 2. Those of high priority, and those that have
	 * waited too long, begin regardless.
	 * @param mediumMaxDelay How long a micro-task of medium priority waits at most.
	 * @param lowMaxDelay How long a micro-task of low priority waits at most.
	 */
	public record MicroTasks(@Nullable Integer limit, @DefaultValue("1s") Duration mediumMaxDelay,
			@DefaultValue("3s") Duration lowMaxDelay) {

	}

}
