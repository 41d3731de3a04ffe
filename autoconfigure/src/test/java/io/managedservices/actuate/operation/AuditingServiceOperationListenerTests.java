// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;

import io.managedservices.actuate.operation.ServiceOperationEvent.Outcome;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AuditingServiceOperationListener}.
 */
class AuditingServiceOperationListenerTests {

	private final List<Object> published = new ArrayList<>();

	private final AuditingServiceOperationListener listener = new AuditingServiceOperationListener(this.published::add);

	@Test
	void onOperationTellsWhoWhatOnWhichAndOutcome() {
		this.listener.onOperation(new ServiceOperationEvent(
				new ServiceOperationEvent.Request("stop", ServiceAction.STOP, "database", null, "ada", false), "7",
				Outcome.FAILED, "It hangs"));
		AuditEvent event = ((AuditApplicationEvent) this.published.get(0)).getAuditEvent();
		assertThat(event.getPrincipal()).isEqualTo("ada");
		assertThat(event.getType()).isEqualTo("MANAGED_SERVICE_OPERATION");
		assertThat(event.getData()).isEqualTo(Map.of("action", "stop", "service", "database", "dryRun", false,
				"outcome", "failed", "operation", "7", "message", "It hangs"));
	}

	@Test
	void onOperationWhenTaskIsQueuedTellsWhich() {
		this.listener.onOperation(new ServiceOperationEvent(
				new ServiceOperationEvent.Request("queue", null, "mail", "sendAll", "ada", false), "7",
				Outcome.ACCEPTED, null));
		AuditEvent event = ((AuditApplicationEvent) this.published.get(0)).getAuditEvent();
		assertThat(event.getData()).isEqualTo(Map.of("action", "queue", "service", "mail", "task", "sendAll", "dryRun",
				false, "outcome", "accepted", "operation", "7"));
	}

	@Test
	void onOperationWhenNotAcceptedHasNoOperation() {
		this.listener.onOperation(new ServiceOperationEvent(
				new ServiceOperationEvent.Request("explode", null, "databas", null, "anonymous", true), null,
				Outcome.UNKNOWN_SERVICE, null));
		AuditEvent event = ((AuditApplicationEvent) this.published.get(0)).getAuditEvent();
		assertThat(event.getData())
			.isEqualTo(Map.of("action", "explode", "service", "databas", "dryRun", true, "outcome", "unknown-service"));
	}

}
