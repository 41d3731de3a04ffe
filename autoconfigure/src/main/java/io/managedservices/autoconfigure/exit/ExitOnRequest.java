// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;
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
 * Ends the application when a service asks for it, or a required service was given up
 * whose setting {@code restart.on-give-up} is {@code shutdown}. While the context is
 * being refreshed that is put off: to close it would interrupt the thread that waits for
 * the services, and turn the end into a failed start with another exit code. Safe for use
 * by several threads.
 */
public final class ExitOnRequest implements LifecycleListener {

	private static final Log logger = LineLog.of(ExitOnRequest.class);

	private final ApplicationExit application;

	private final ApplicationContext context;

	private boolean refreshed;

	/** What was requested before the context was refreshed. */
	private @Nullable Runnable request;

	public ExitOnRequest(ApplicationExit application, ConfigurableApplicationContext context) {
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
			String service = requested.service().name();
			requested(() -> exit(ServicesExitCode.GIVEN_UP, () -> reportGivenUp(service)));
		}
		else if (event instanceof LifecycleEvent.ExitRequested requested) {
			// The log has it.
			requested(() -> exit(requested::code, () -> {
			}));
		}
	}

	private synchronized void requested(Runnable exit) {
		if (this.refreshed) {
			exit.run();
		}
		else if (this.request == null) {
			this.request = exit;
		}
	}

	// That of a child context comes here, too.
	private synchronized void heard(ApplicationEvent event) {
		if (event instanceof ContextRefreshedEvent refresh && refresh.getApplicationContext() == this.context) {
			this.refreshed = true;
			if (this.request != null) {
				this.request.run();
			}
		}
	}

	private void exit(ExitCodeGenerator code, Runnable report) {
		this.application.exit(code, report);
	}

	private static void reportGivenUp(String service) {
		logger.error(
				"Service '%s' was given up, and %s is 'shutdown' (for it or by default): the application is closed with exit code %d."
					.formatted(service, SettingKey.ofService(service, "restart.on-give-up"),
							ServicesExitCode.GIVEN_UP.getExitCode()));
	}

}
