// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;

import io.managedservices.internal.lifecycle.ServicesExitCode;
import io.managedservices.internal.line.LineLog;

/**
 * Ends an application when what runs its services has failed itself. Safe for use by
 * several threads.
 */
public final class ExitOnBreakdown implements Consumer<Throwable> {

	private static final Log logger = LineLog.of(ExitOnBreakdown.class);

	private final ApplicationExit application;

	public ExitOnBreakdown(ApplicationExit application) {
		this.application = application;
	}

	// The failure itself was logged before.
	@Override
	public void accept(Throwable failure) {
		this.application.exit(ServicesExitCode.BROKEN_DOWN,
				() -> logger.error("managed-services has failed: the application is closed with exit code %d."
					.formatted(ServicesExitCode.BROKEN_DOWN.getExitCode())));
	}

}
