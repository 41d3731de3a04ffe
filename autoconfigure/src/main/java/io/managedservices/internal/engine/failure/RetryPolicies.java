// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.failure;

import java.util.HashMap;
import java.util.Map;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.text.ProgramMistake;

/**
 * The delays before further attempts, from Spring's {@link RetryPolicy} as data: it is
 * asked for numbers and never sleeps. Confined to the coordinator.
 */
final class RetryPolicies {

	private static final int MAX_CAUSES = 100;

	private final Map<RetrySettings, RetryPolicy> policies = new HashMap<>();

	/**
	 * The delay before the next attempt after a failure.
	 * @param node the service that failed
	 * @param recovery what is known of its failures
	 * @param failure why
	 * @return the delay in milliseconds, or -1 if there is to be no further attempt
	 */
	long nextDelay(ServiceNode node, Recovery recovery, Throwable failure) {
		RetrySettings settings = node.settings().retry();
		RetryPolicy policy = this.policies.computeIfAbsent(settings, RetryPolicies::policy);
		if (!shouldRetry(policy, failure) || (ProgramMistake.in(failure) != null && !isIncluded(settings, failure))) {
			return -1;
		}
		if (recovery.backOff == null) {
			recovery.backOff = policy.getBackOff().start();
		}
		long delay = recovery.backOff.nextBackOff();
		return (delay != BackOffExecution.STOP) ? delay : -1;
	}

	private static boolean isIncluded(RetrySettings settings, Throwable failure) {
		Throwable current = settings.includes().isEmpty() ? null : failure;
		for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
			for (Class<? extends Throwable> type : settings.includes()) {
				if (type.isInstance(current)) {
					return true;
				}
			}
			current = Guarded.cause(current);
		}
		return false;
	}

	private static boolean shouldRetry(RetryPolicy policy, Throwable failure) {
		try {
			return policy.shouldRetry(failure);
		}
		catch (RuntimeException | Error ex) {
			// It looks at the causes, which are those that user code tells: what cannot
			// be looked at is not excluded.
			return true;
		}
	}

	private static RetryPolicy policy(RetrySettings settings) {
		return RetryPolicy.builder()
			.maxRetries((settings.maxRetries() != RetrySettings.UNLIMITED) ? settings.maxRetries() : Long.MAX_VALUE)
			.delay(settings.delay())
			.multiplier(settings.multiplier())
			.maxDelay(settings.maxDelay())
			.jitter(settings.jitter())
			.excludes(settings.excludes())
			.build();
	}

}
