// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.managedservices.internal.text.Given;

/**
 * When the checks of a service are made, and what they mean. An attribute that is left
 * out is taken from {@code managed-services.defaults.health}, and
 * {@code managed-services.services.<name>.health} overrides both. Durations are written
 * as in {@code application.yml}: {@code 200ms}, {@code 10s}, {@code PT1M}.
 *
 * @since 0.1.0
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface HealthCheck {

	/**
	 * The time from the end of one round of checks to the next.
	 * @return a duration above 0; empty for the configured default
	 */
	String interval() default "";

	/**
	 * How long one round of checks may take.
	 * @return a duration above 0; empty for the configured default
	 */
	String timeout() default "";

	/**
	 * How many health checks in a row have to fail for the service to fail.
	 * @return 0 or more, 0 for never; by default what is configured
	 */
	int failureThreshold() default ManagedService.NOT_SET;

	/**
	 * How many of the errors that the service reports are kept; older ones are counted.
	 * @return 1 to 10000; by default what is configured
	 */
	int errorBuffer() default ManagedService.NOT_SET;

	/**
	 * Sets the attributes for a {@link ServiceRegistration}. To be used by one thread.
	 */
	final class Spec {

		final Map<String, Object> attributes = new LinkedHashMap<>();

		Spec() {
		}

		/**
		 * Sets the time from the end of one round of checks to the next.
		 * @param interval above 0
		 * @return this
		 */
		public Spec interval(Duration interval) {
			this.attributes.put("interval", Given.duration(interval, "health.interval"));
			return this;
		}

		/**
		 * Sets how long one round of checks may take.
		 * @param timeout above 0
		 * @return this
		 */
		public Spec timeout(Duration timeout) {
			this.attributes.put("timeout", Given.duration(timeout, "health.timeout"));
			return this;
		}

		/**
		 * Sets how many health checks in a row have to fail for the service to fail.
		 * @param failureThreshold 0 or more, 0 for never
		 * @return this
		 */
		public Spec failureThreshold(int failureThreshold) {
			this.attributes.put("failureThreshold", failureThreshold);
			return this;
		}

		/**
		 * Sets how many of the errors that the service reports are kept.
		 * @param errorBuffer 1 to 10000
		 * @return this
		 */
		public Spec errorBuffer(int errorBuffer) {
			this.attributes.put("errorBuffer", errorBuffer);
			return this;
		}

	}

}
