// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.operation;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes an {@link AuditEvent} for every attempt to do something to a service, and
 * another one when an operation has come to its end. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class AuditingServiceOperationListener implements ServiceOperationListener {

	/**
	 * The type of the events.
	 */
	public static final String TYPE = "MANAGED_SERVICE_OPERATION";

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a listener.
	 * @param publisher where the events go
	 */
	public AuditingServiceOperationListener(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onOperation(ServiceOperationEvent event) {
		Map<String, @Nullable Object> data = new LinkedHashMap<>();
		data.put("action", event.request().requested());
		data.put("service", event.request().service());
		if (event.request().task() != null) {
			data.put("task", event.request().task());
		}
		data.put("dryRun", event.request().dryRun());
		data.put("outcome", event.outcome().toString());
		if (event.operation() != null) {
			data.put("operation", event.operation());
		}
		if (event.message() != null) {
			data.put("message", event.message());
		}
		this.publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(event.request().principal(), TYPE, data)));
	}

}
