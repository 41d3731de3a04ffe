// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceRegistration;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.await.Provisions;
import io.managedservices.internal.engine.await.Waiters;
import io.managedservices.internal.engine.call.Calls;
import io.managedservices.internal.engine.call.Quiescence;
import io.managedservices.internal.engine.explain.Blockers;
import io.managedservices.internal.engine.failure.Episodes;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.lease.LeaseStoreMissingException;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.engine.operation.Operations;
import io.managedservices.internal.engine.registry.Departures;
import io.managedservices.internal.engine.registry.Registrations;
import io.managedservices.internal.engine.report.Aggregate;
import io.managedservices.internal.engine.report.Checks;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.engine.report.VitalSigns;
import io.managedservices.internal.engine.report.Watchdog;
import io.managedservices.internal.engine.run.Breakdown;
import io.managedservices.internal.engine.run.Demands;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.engine.work.WorkDriver;
import io.managedservices.internal.engine.work.Works;
import io.managedservices.internal.graph.Candidates;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.monitor.OperationRefusedException;

/**
 * The rooms of an engine, and who of them knows whom. In which order they are told what
 * happens says the {@link Wiring}.
 */
final class Rooms {

	final Coordinator coordinator;

	final Failures failures;

	final VitalSigns vitals;

	final Reporting reporting;

	final Checks checks;

	final Watchdog watchdog;

	final Aggregate aggregate;

	final Blockers blockers;

	final Provisions provisions;

	final Waiters waiters;

	final PendingOperations pending;

	final Quiescence quiescence;

	final Calls calls;

	final Works works;

	final Leases leases;

	final RunControl run;

	final Demands demands;

	final Operations operations;

	final Breakdown breakdown;

	final Registrations registrations;

	final Departures departures;

	/** Makes services of what is registered. */
	volatile Candidates.@Nullable Reader reader;

	final Episodes episodes;

	Rooms(ServiceGraph graph, EngineSettings settings, Backend backend, EventDispatcher events,
			@Nullable WorkDriver work) {
		this.coordinator = new Coordinator(graph, backend, events);
		this.episodes = new Episodes(this.coordinator);
		this.failures = new Failures(this.coordinator, this.episodes);
		this.vitals = new VitalSigns(this.coordinator);
		this.reporting = new Reporting(this.coordinator, this.vitals);
		this.checks = new Checks(this.coordinator, this.failures, this.vitals, this.reporting);
		this.watchdog = new Watchdog(this.coordinator, this.failures);
		this.aggregate = new Aggregate(this.coordinator);
		this.blockers = new Blockers(this.coordinator);
		this.provisions = new Provisions(this.coordinator, this.reporting);
		this.waiters = new Waiters(this.coordinator, this.provisions);
		this.pending = new PendingOperations(this.coordinator, this.blockers);
		this.quiescence = new Quiescence(this.coordinator, settings.quiesceTimeout());
		this.calls = new Calls(this.coordinator, (node, attempt) -> new ServiceIncarnation(this, node, attempt),
				this.failures, this.checks, this.quiescence);
		this.leases = new Leases(this.coordinator, backend);
		this.works = new Works(this.coordinator, work, this.failures, this.reporting, this.calls.stopping(),
				this.leases);
		this.run = new RunControl(this.coordinator, settings, this.failures, this.reporting, this.waiters, this.pending,
				this.quiescence, this.calls.stopping());
		this.run.awaits(this.leases::isAnyReturning);
		this.demands = new Demands(this.coordinator, this.run);
		this.operations = new Operations(this.coordinator, this.run, this.pending, this.failures, this.reporting,
				this.works, this.leases);
		this.registrations = new Registrations(this.coordinator, this.run, this.pending, this.operations);
		this.departures = new Departures(this.coordinator, this.run, this.pending, this.operations, this::forgotten);
		this.breakdown = new Breakdown(this.coordinator, this.run);
		this.coordinator.begin(this.breakdown, this.run::hasFailed, new Wiring(this));
	}

	private void forgotten(String service) {
		Candidates.Reader known = this.reader;
		if (known != null) {
			known.forgotten(service);
		}
	}

	/**
	 * Makes services of what is registered. Any thread may call, but not inside the
	 * coordinator.
	 * @param registrations what somebody registers
	 * @return the services, which have not been checked
	 */
	Candidates read(ServiceRegistration... registrations) {
		Candidates.Reader known = this.reader;
		if (known == null) {
			throw new IllegalStateException("This engine was made without a reader of registrations");
		}
		if (registrations.length == 0) {
			throw new IllegalArgumentException("At least one service has to be registered");
		}
		return known.read(Arrays.asList(registrations), this.coordinator.graph());
	}

	/**
	 * Makes sure that it is known where the leases of services are kept. Any thread may
	 * call, but not inside the coordinator.
	 * @param candidates the services
	 * @throws OperationRefusedException if nothing keeps any
	 */
	void keepLeases(Candidates candidates) {
		for (ServiceDefinition definition : candidates.definitions()) {
			String lease = definition.descriptor().lease();
			if (lease != null) {
				try {
					this.leases.keep(definition.descriptor().name(), lease);
				}
				catch (LeaseStoreMissingException ex) {
					throw new OperationRefusedException(definition.descriptor().name(),
							ex.getMessage() + ". " + LeaseStoreMissingException.ACTION, ex);
				}
			}
		}
	}

}
