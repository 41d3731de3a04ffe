package io.managedservices.engine;

import java.util.HashMap;
import java.util.Map;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

import io.managedservices.graph.RetrySettings;

/**
 * The delays before further attempts, from Spring's {@link RetryPolicy} as data: it is
 * asked for numbers and never sleeps. Confined to the coordinator.
 */
final class RetryPolicies {

	private final Map<RetrySettings, RetryPolicy> policies = new HashMap<>();

	/**
	 * The delay before the next attempt after a failure.
	 * @param node the service that failed
	 * @param failure why
	 * @return the delay in milliseconds, or -1 if there is to be no further attempt
	 */
	long nextDelay(ServiceNode node, Throwable failure) {
		RetryPolicy policy = this.policies.computeIfAbsent(node.settings.retry(), RetryPolicies::policy);
		if (!shouldRetry(policy, failure)) {
			return -1;
		}
		Recovery recovery = node.recovery();
		if (recovery.backOff == null) {
			recovery.backOff = policy.getBackOff().start();
		}
		long delay = recovery.backOff.nextBackOff();
		return (delay != BackOffExecution.STOP) ? delay : -1;
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
