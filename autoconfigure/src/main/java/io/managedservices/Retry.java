// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.managedservices.internal.text.Given;
import io.managedservices.internal.text.ProgramMistake;

/**
 * How a start or a stop that failed is tried again. The terms are those of Spring's
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
	 * How often a failed start or stop is tried again: attempts in all are one more.
	 * @return 0 or more, or -1 for no limit; by default what is configured
	 */
	int maxRetries() default ManagedService.NOT_SET;

	/**
	 * The wait before the first retry.
	 * @return a duration of 0 or more, and of 1 ms or more without a limit of retries;
	 * empty for the configured default
	 */
	String delay() default "";

	/**
	 * What the wait is multiplied with after each retry.
	 * @return 1 or more; by default, which is no number, what is configured
	 */
	double multiplier() default Double.NaN;

	/**
	 * The longest wait between two attempts.
	 * @return a duration above 0 that is no shorter than the delay; empty for the
	 * configured default
	 */
	String maxDelay() default "";

	/**
	 * By how much each wait varies at random, up and down; none is shorter than the
	 * delay.
	 * @return a duration of 0 or more; empty for the configured default
	 */
	String jitter() default "";

	/**
	 * Failures that are final: a start or stop that throws one of these types, or a
	 * subtype, is not tried again.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] excludes() default {};

	/**
	 * Failures that are tried again, unless they are excluded, although they are
	 * {@linkplain ProgramMistake mistakes in the program}, which are final by default.
	 * @return types of exceptions
	 */
	Class<? extends Throwable>[] includes() default {};

	/**
	 * Sets the attributes for a {@link ServiceRegistration}. To be used by one thread.
	 */
	final class Spec {

		final Map<String, Object> attributes = new LinkedHashMap<>();

		Spec() {
		}

		/**
		 * Sets how often a failed start or stop is tried again.
		 * @param maxRetries 0 or more, or -1 for no limit
		 * @return this
		 */
		public Spec maxRetries(int maxRetries) {
			this.attributes.put("maxRetries", maxRetries);
			return this;
		}

		/**
		 * Sets the wait before the first retry.
		 * @param delay 0 or more
		 * @return this
		 */
		public Spec delay(Duration delay) {
			this.attributes.put("delay", Given.duration(delay, "retry.delay"));
			return this;
		}

		/**
		 * Sets what the wait is multiplied with after each retry.
		 * @param multiplier 1 or more
		 * @return this
		 */
		public Spec multiplier(double multiplier) {
			this.attributes.put("multiplier", Given.number(multiplier, "retry.multiplier"));
			return this;
		}

		/**
		 * Sets the longest wait between two attempts.
		 * @param maxDelay above 0
		 * @return this
		 */
		public Spec maxDelay(Duration maxDelay) {
			this.attributes.put("maxDelay", Given.duration(maxDelay, "retry.maxDelay"));
			return this;
		}

		/**
		 * Sets by how much each wait varies at random, up and down.
		 * @param jitter 0 or more
		 * @return this
		 */
		public Spec jitter(Duration jitter) {
			this.attributes.put("jitter", Given.duration(jitter, "retry.jitter"));
			return this;
		}

		/**
		 * Sets the types of failures that are final.
		 * @param types types of exceptions
		 * @return this
		 */
		@SafeVarargs
		public final Spec excludes(Class<? extends Throwable>... types) {
			List<Class<?>> excludes = new ArrayList<>();
			for (Class<? extends Throwable> type : types) {
				excludes.add(Given.value(type, "retry.excludes"));
			}
			this.attributes.put("excludes", excludes.toArray(new Class<?>[0]));
			return this;
		}

		/**
		 * Sets the types of failures that are tried again although they are mistakes in
		 * the program.
		 * @param types types of exceptions
		 * @return this
		 */
		@SafeVarargs
		public final Spec includes(Class<? extends Throwable>... types) {
			List<Class<?>> includes = new ArrayList<>();
			for (Class<? extends Throwable> type : types) {
				includes.add(Given.value(type, "retry.includes"));
			}
			this.attributes.put("includes", includes.toArray(new Class<?>[0]));
			return this;
		}

	}

}
