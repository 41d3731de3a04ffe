// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.lease;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

import io.managedservices.internal.engine.lease.LeaseStoreMissingException;
import io.managedservices.internal.lease.shedlock.UnusableLockProviderException;

/**
 * Says what to do where leases cannot be kept. Stateless.
 *
 * @since 0.1.0
 */
final class LeaseStoreFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof LeaseStoreMissingException) {
				return new FailureAnalysis(cause.getMessage() + ".", LeaseStoreMissingException.ACTION, cause);
			}
			if (cause instanceof UnusableLockProviderException unusable) {
				return new FailureAnalysis(unusable.getMessage() + ".", unusable.getAction(), unusable);
			}
		}
		return null;
	}

}
