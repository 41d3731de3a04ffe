// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.function.Consumer;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter;

import io.managedservices.internal.lifecycle.ServicesStartException;

/**
 * Ends an application whose start did not wait for its services when a required one of
 * them fails: reports the same analysis as if it had waited, and exits with the same
 * code. Safe for use by several threads.
 */
public final class ExitOnStartFailure implements Consumer<ServicesStartException> {

	private final ApplicationExit application;

	public ExitOnStartFailure(ApplicationExit application) {
		this.application = application;
	}

	@Override
	public void accept(ServicesStartException failure) {
		this.application.exit(failure, () -> report(failure));
	}

	private static void report(ServicesStartException failure) {
		FailureAnalysis analysis = new ServicesStartFailureAnalyzer().analyze(failure, failure);
		if (analysis != null) {
			new LoggingFailureAnalysisReporter().report(analysis);
		}
	}

}
