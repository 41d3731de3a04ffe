// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.managedservices.internal.lifecycle.ServicesExitException;

/**
 * Reports no failure where the start of an application ends because it has done what it
 * was started for. Stateless.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CleanExitReporter implements SpringBootExceptionReporter {

	private static final int MAX_CAUSES = 20;

	@Override
	public boolean reportException(Throwable failure) {
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
			if (current instanceof ServicesExitException exit) {
				if (exit.getExitCode() == 0) {
					// Boot ends the process only with another code.
					ApplicationExit.exitCleanly();
				}
				return true;
			}
			current = current.getCause();
		}
		return false;
	}

}
