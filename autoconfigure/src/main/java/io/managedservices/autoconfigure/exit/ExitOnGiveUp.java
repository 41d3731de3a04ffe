// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

import io.managedservices.internal.lifecycle.ServicesExitCode;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

/**
 * Ends the application when a required service was given up whose setting
 * {@code restart.on-give-up} is {@code shutdown}. While the context is being refreshed
 * that is put off: to close it would interrupt the thread that waits for the services,
 * and turn the end into a failed start with another exit code. Safe for use by several
 * threads.
 */
public final class ExitOnGiveUp implements LifecycleListener {

	private static final Log logger = LineLog.of(ExitOnGiveUp.class);

	private final ApplicationExit application;

	private final ApplicationContext context;

	private boolean refreshed;

	/** The service that was given up before the context was refreshed. */
	private @Nullable String givenUp;

	public ExitOnGiveUp(ApplicationExit application, ConfigurableApplicationContext context) {
		this.application = application;
		this.context = context;
		// Services may be used for the first time later than that.
		this.refreshed = context.isRunning();
		context.addApplicationListener(this::heard);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.ShutdownRequested requested) {
			givenUp(requested.service().name());
		}
	}

	private synchronized void givenUp(String service) {
		if (this.refreshed) {
			exit(service);
		}
		else if (this.givenUp == null) {
			this.givenUp = service;
		}
	}

	// That of a child context comes here, too.
	private synchronized void heard(ApplicationEvent event) {
		if (event instanceof ContextRefreshedEvent refresh && refresh.getApplicationContext() == this.context) {
			this.refreshed = true;
			if (this.givenUp != null) {
				exit(this.givenUp);
			}
		}
	}

	private void exit(String service) {
		this.application.exit(ServicesExitCode.GIVEN_UP, () -> logger.error(
				"Service '%s' was given up, and %s is 'shutdown' (for it or by default): the application is closed with exit code %d."
					.formatted(service, SettingKey.ofService(service, "restart.on-give-up"),
							ServicesExitCode.GIVEN_UP.getExitCode())));
	}

}
