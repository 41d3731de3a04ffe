// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.util.HashMap;
import java.util.Map;

import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Adds a step to those of the application's startup for each service, from the first
 * attempt of its start until it runs or has failed. Only the first start of all services
 * counts. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class StartupSteps implements LifecycleListener {

	/**
	 * The name of a step.
	 */
	public static final String NAME = "managed-services.service.start";

	private final ApplicationStartup startup;

	private final Map<String, StartupStep> open = new HashMap<>();

	private boolean ended;

	/**
	 * Create it.
	 * @param startup where steps are added
	 */
	public StartupSteps(ApplicationStartup startup) {
		this.startup = startup;
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.Started) {
			this.ended = true;
		}
		else if (event instanceof LifecycleEvent.StateChanged changed) {
			moved(changed.service());
		}
	}

	private void moved(ServiceSnapshot service) {
		switch (service.state()) {
			case STARTING -> {
				if (!this.ended) {
					this.open.computeIfAbsent(service.name(), (name) -> this.startup.start(NAME).tag("service", name));
				}
			}
			case RUNNING, FAILED, STOPPED -> {
				StartupStep step = this.open.remove(service.name());
				if (step != null) {
					step.tag("state", service.state().name())
						.tag("attempts", String.valueOf(service.attempt().number()))
						.end();
				}
			}
			default -> {
			}
		}
	}

}
