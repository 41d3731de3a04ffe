// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.managedservices.internal.text.ProgramMistake;

/**
 * How a service that failed to start is retried. The terms are those of Spring's
 * {@code RetryPolicy}; an attribute that is left out is taken from
 * {@code managed-services.defaults.retry}, and
 * {@code managed-services.services.<name>.retry} overrides both. Durations are written as
 * in {@code application.yml}: {@code 200ms}, {@code 10s}, {@code PT1M}.
 *
 * @since 0.1.0
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Retry {

	/**
	 * How often a failed start is tried again: attempts in all are one more.
	 * @return 0 or more, or -1 for no limit; by default what is configured
	 */
	int maxRetries() default ManagedService.NOT_SET;

	/**
	 * The wait before the first retry.
	 * @return a duration of 0 or more; empty for the configured default
	 */
	String delay() default "";

	/**
	 * What the wait is multiplied with after each retry.
	 * @return 1 or more; by default, which is no number, what is configured
	 */
	double multiplier() default Double.NaN;

	/**
	 * The longest wait between two attempts.
	 * @return a duration above 0; empty for the configured default
	 */
	String maxDelay() default "";

	/**
	 * By how much each wait varies at random, up and down; none is shorter than the
	 * delay.
	 * @return a duration of 0 or more; empty for the configured default
	 */
	String jitter() default "";

	/**
	 * Failures that are final: a start that throws one of these types, or a subtype, is
	 * not tried again.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] excludes() default {};

	/**
	 * Failures that are tried again, unless they are excluded, although they are
	 * {@linkplain ProgramMistake mistakes in the program}, which are final by default.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] includes() default {};

}
