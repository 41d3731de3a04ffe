// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.engine.report.Reporting;
import io.managedservices.state.Condition;

/**
 * The conditions that are raised for a service from outside: each report becomes a
 * command to the coordinator. Immutable; entered by any thread.
 */
final class OutsideConditions extends ReportedConditions {

	private final Coordinator coordinator;

	private final Reporting reporting;

	private final String name;

	/**
	 * Create conditions.
	 * @param coordinator the coordinator
	 * @param reporting takes in what is reported of services
	 * @param name the name of the service
	 */
	OutsideConditions(Coordinator coordinator, Reporting reporting, String name) {
		this.coordinator = coordinator;
		this.reporting = reporting;
		this.name = name;
	}

	@Override
	protected void raise(Condition condition) {
		ServiceNode node = this.coordinator.existing(this.name);
		this.coordinator.run(() -> this.reporting.raiseFromOutside(node, condition));
	}

	@Override
	protected void resolveOneOrAll(@Nullable String id) {
		ServiceNode node = this.coordinator.existing(this.name);
		this.coordinator.run(() -> this.reporting.resolveFromOutside(node, id));
	}

}
