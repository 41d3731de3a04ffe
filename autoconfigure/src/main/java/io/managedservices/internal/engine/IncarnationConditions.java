// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Instant;
import java.util.Objects;

import io.managedservices.Conditions;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;

/**
 * The conditions of a service, as one incarnation of it reports them: each report becomes
 * a command to the coordinator. Immutable.
 *
 * @param coordinator the coordinator
 * @param node the service
 * @param incarnation the incarnation
 */
record IncarnationConditions(Coordinator coordinator, ServiceNode node, Incarnation incarnation) implements Conditions {

	@Override
	public void hint(String id, String title, String message) {
		raise(id, Severity.HINT, title, message);
	}

	@Override
	public void warning(String id, String title, String message) {
		raise(id, Severity.WARNING, title, message);
	}

	@Override
	public void error(String id, String title, String message) {
		raise(id, Severity.ERROR, title, message);
	}

	private void raise(String id, Severity severity, String title, String message) {
		// The coordinator knows the time.
		Condition condition = new Condition(Objects.requireNonNull(id, "id"), severity,
				Objects.requireNonNull(title, "title"), Objects.requireNonNull(message, "message"), Instant.EPOCH);
		this.coordinator.submit((target) -> target.reporting().raise(this.node, this.incarnation, condition));
	}

	@Override
	public void resolve(String id) {
		Objects.requireNonNull(id, "id");
		this.coordinator.submit((target) -> target.reporting().resolve(this.node, this.incarnation, id));
	}

	@Override
	public void resolveAll() {
		this.coordinator.submit((target) -> target.reporting().resolve(this.node, this.incarnation, null));
	}

}
