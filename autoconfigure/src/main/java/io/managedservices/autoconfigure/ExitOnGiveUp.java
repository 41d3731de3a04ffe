package io.managedservices.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.managedservices.ServiceEvent;
import io.managedservices.ServiceEventListener;
import io.managedservices.context.ServicesExitCode;

/**
 * Ends the application when a required service was given up whose setting
 * {@code restart.on-give-up} is {@code shutdown}. Told one event at a time.
 */
final class ExitOnGiveUp implements ServiceEventListener {

	private static final Log logger = LogFactory.getLog(ExitOnGiveUp.class);

	private final ApplicationExit application;

	ExitOnGiveUp(ApplicationExit application) {
		this.application = application;
	}

	@Override
	public void onEvent(ServiceEvent event) {
		if (event instanceof ServiceEvent.ShutdownRequested requested) {
			String name = requested.service().name();
			this.application.exit(ServicesExitCode.GIVEN_UP, () -> logger.error(
					"Service '%s' was given up, and managed-services.services.%s.restart.on-give-up is 'shutdown' (for it or by default): the application is closed with exit code %d."
						.formatted(name, name, ServicesExitCode.GIVEN_UP.getExitCode())));
		}
	}

}
