// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;

/**
 * How long Spring lets the beans of a phase stop. Stateless.
 */
final class PhaseTimeout {

	/** Longer than anything is waited for, and short enough to be counted with. */
	static final Duration LONGEST = Duration.ofDays(36_500);

	/** That of Spring's DefaultLifecycleProcessor, where Boot does not set another. */
	private static final Duration SPRINGS = Duration.ofSeconds(10);

	private PhaseTimeout() {
	}

	/**
	 * The timeout. An application that is to wait for ever says so with a duration that
	 * can neither be waited for nor counted with.
	 * @param properties what is configured
	 * @return that, or the longest duration that can be waited for
	 */
	static Duration of(ObjectProvider<LifecycleProperties> properties) {
		LifecycleProperties configured = properties.getIfAvailable();
		Duration timeout = (configured != null) ? configured.getTimeoutPerShutdownPhase() : SPRINGS;
		return (timeout.compareTo(LONGEST) < 0) ? timeout : LONGEST;
	}

}
