// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Reports what db-scheduler needs to share items, and how to add it. Stateless.
 */
final class DbSchedulerUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<DbSchedulerUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DbSchedulerUnavailableException cause) {
		return new FailureAnalysis(cause.description(), cause.action(), cause);
	}

}
