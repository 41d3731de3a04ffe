// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import io.managedservices.internal.engine.await.PendingOperations;
import io.managedservices.internal.engine.await.Provisions;
import io.managedservices.internal.engine.await.Waiters;
import io.managedservices.internal.engine.call.Calls;
import io.managedservices.internal.engine.call.Quiescence;
import io.managedservices.internal.engine.failure.Episodes;
import io.managedservices.internal.engine.failure.Failures;
import io.managedservices.internal.engine.kernel.Aspect;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.lease.Leases;
import io.managedservices.internal.engine.registry.Departures;
import io.managedservices.internal.engine.report.Aggregate;
import io.managedservices.internal.engine.report.Checks;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.internal.engine.report.Watchdog;
import io.managedservices.internal.engine.run.RunControl;
import io.managedservices.internal.engine.work.Works;
import io.managedservices.state.ServiceState;

/**
 * Which rooms are told what happens, and in which order: here, and nowhere else. What a
 * service has found is told to {@link Reporting} before {@link Checks} and {@link Calls}
 * go by it, and the calls know of a move before the {@link Failures} end its BACKOFF;
 * work comes to run last. A service that moves is shown to no room that does not care.
 * <p>
 * Each room is called by its name, and not as one of a list: this happens more than a
 * hundred times from the start of a service to its end. Confined to the coordinator.
 */
final class Wiring implements Aspect.All {

	private final Reporting reporting;

	private final Checks checks;

	private final Watchdog watchdog;

	private final Calls calls;

	private final Failures failures;

	private final Provisions provisions;

	private final Departures departures;

	private final Leases leases;

	private final Aggregate aggregate;

	private final RunControl run;

	private final Quiescence quiescence;

	private final Episodes episodes;

	private final PendingOperations pending;

	private final Waiters waiters;

	private final Works works;

	Wiring(Rooms rooms) {
		this.reporting = rooms.reporting;
		this.checks = rooms.checks;
		this.watchdog = rooms.watchdog;
		this.calls = rooms.calls;
		this.failures = rooms.failures;
		this.provisions = rooms.provisions;
		this.departures = rooms.departures;
		this.leases = rooms.leases;
		this.aggregate = rooms.aggregate;
		this.run = rooms.run;
		this.quiescence = rooms.quiescence;
		this.episodes = rooms.episodes;
		this.pending = rooms.pending;
		this.waiters = rooms.waiters;
		this.works = rooms.works;
	}

	@Override
	public void entered(ServiceNode node, ServiceState from) {
		this.reporting.entered(node, from);
		this.checks.entered(node, from);
		this.watchdog.entered(node, from);
		this.calls.entered(node, from);
		this.failures.entered(node, from);
		this.provisions.entered(node, from);
		this.quiescence.entered(node, from);
	}

	@Override
	public void moved(ServiceNode node, ServiceState from) {
		this.reporting.moved(node, from);
		this.provisions.moved(node, from);
		this.departures.moved(node, from);
		this.run.moved(node, from);
		this.waiters.moved(node, from);
		this.works.moved(node, from);
	}

	@Override
	public void availabilityChanged(ServiceNode node) {
		this.calls.availabilityChanged(node);
		this.episodes.availabilityChanged(node);
	}

	@Override
	public void evaluated(ServiceNode node) {
		this.calls.evaluated(node);
		this.provisions.evaluated(node);
		this.departures.evaluated(node);
		this.leases.evaluated(node);
		this.aggregate.evaluated(node);
		this.run.evaluated(node);
		this.quiescence.evaluated(node);
		this.episodes.evaluated(node);
		this.pending.evaluated(node);
	}

	@Override
	public void handled() {
		this.departures.handled();
		this.leases.handled();
		this.run.handled();
		this.quiescence.handled();
	}

	@Override
	public void launch() {
		this.works.launch();
	}

	@Override
	public void publish() {
		this.leases.publish();
		this.aggregate.publish();
	}

	@Override
	public void added(ServiceNode node) {
		this.departures.added(node);
		this.leases.added(node);
		this.aggregate.added(node);
		this.waiters.added(node);
		this.works.added(node);
	}

	@Override
	public void removed(ServiceNode node) {
		this.provisions.removed(node);
		this.departures.removed(node);
		this.leases.removed(node);
		this.aggregate.removed(node);
		this.run.removed(node);
		this.episodes.removed(node);
		this.works.removed(node);
	}

	@Override
	public void renumbered(int[] numbers) {
		this.aggregate.renumbered(numbers);
		this.run.renumbered(numbers);
	}

	@Override
	public void clockJumped() {
		this.leases.clockJumped();
		this.works.clockJumped();
	}

}
