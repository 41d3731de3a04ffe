// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.Incarnation;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.state.Condition;

/**
 * The conditions of a service, as one incarnation of it reports them: each report becomes
 * a command to the coordinator. Immutable; entered by any thread.
 */
final class IncarnationConditions extends ReportedConditions {

	private final Coordinator coordinator;

	private final Reporting reporting;

	private final ServiceNode node;

	private final Incarnation incarnation;

	/**
	 * Create conditions.
	 * @param coordinator the coordinator
	 * @param reporting takes in what services report
	 * @param node the service
	 * @param incarnation the incarnation
	 */
	IncarnationConditions(Coordinator coordinator, Reporting reporting, ServiceNode node, Incarnation incarnation) {
		this.coordinator = coordinator;
		this.reporting = reporting;
		this.node = node;
		this.incarnation = incarnation;
	}

	@Override
	protected void raise(Condition condition) {
		this.coordinator.run(() -> this.reporting.raise(this.node, this.incarnation, condition));
	}

	@Override
	protected void resolveOneOrAll(@Nullable String id) {
		this.coordinator.run(() -> this.reporting.resolve(this.node, this.incarnation, id));
	}

}
