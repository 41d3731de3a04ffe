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
 * What happens when a service fails, or ends, while it is running. An attribute that is
 * left out is taken from {@code managed-services.defaults.restart}, and
 * {@code managed-services.services.<name>.restart} overrides both. Durations are written
 * as in {@code application.yml}: {@code 200ms}, {@code 10s}, {@code PT1M}.
 *
 * @since 0.1.0
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Restart {

	/**
	 * When the service is started again.
	 * @return one policy; none, the default, for what is configured
	 */
	Policy[] policy() default {};

	/**
	 * How often it is started again within the window: one failure more, and it is given
	 * up.
	 * @return 0 or more, or -1 for no limit; by default what is configured
	 */
	int maxRestarts() default ManagedService.NOT_SET;

	/**
	 * The time within which restarts count. A service that ran longer begins with the
	 * first delay again.
	 * @return a duration above 0; empty for the configured default
	 */
	String window() default "";

	/**
	 * The wait before the first restart.
	 * @return a duration of 0 or more, and of 1 ms or more without a limit of restarts;
	 * empty for the configured default
	 */
	String delay() default "";

	/**
	 * What the wait is multiplied with after each restart.
	 * @return 1 or more; by default, which is no number, what is configured
	 */
	double multiplier() default Double.NaN;

	/**
	 * The longest wait.
	 * @return a duration above 0 that is no shorter than the delay; empty for the
	 * configured default
	 */
	String maxDelay() default "";

	/**
	 * What it means for the application that the service is given up, if it is required.
	 * @return one of them; none, the default, for what is configured
	 */
	OnGiveUp[] onGiveUp() default {};

	/**
	 * When a service is started again.
	 */
	enum Policy {

		/**
		 * When it failed, and also when it ended without a failure.
		 */
		ALWAYS,

		/**
		 * When it failed. One that ended without a failure stays stopped until the
		 * operator starts it.
		 */
		ON_FAILURE,

		/**
		 * Never: the first failure is final.
		 */
		NEVER

	}

	/**
	 * What it means for the application that a required service is given up.
	 */
	enum OnGiveUp {

		/**
		 * The application goes on without it, and is not ready.
		 */
		DEGRADE,

		/**
		 * The application is closed, with an exit code of its own.
		 */
		SHUTDOWN

	}

	/**
	 * Sets the attributes for a {@link ServiceRegistration}. To be used by one thread.
	 */
	final class Spec {

		final Map<String, Object> attributes = new LinkedHashMap<>();

		Spec() {
		}

		/**
		 * Sets when the service is started again.
		 * @param policy the policy
		 * @return this
		 */
		public Spec policy(Policy policy) {
			this.attributes.put("policy", new Policy[] { Given.value(policy, "restart.policy") });
			return this;
		}

		/**
		 * Sets how often it is started again within the window.
		 * @param maxRestarts 0 or more, or -1 for no limit
		 * @return this
		 */
		public Spec maxRestarts(int maxRestarts) {
			this.attributes.put("maxRestarts", maxRestarts);
			return this;
		}

		/**
		 * Sets the time within which restarts count.
		 * @param window above 0
		 * @return this
		 */
		public Spec window(Duration window) {
			this.attributes.put("window", Given.duration(window, "restart.window"));
			return this;
		}

		/**
		 * Sets the wait before the first restart.
		 * @param delay 0 or more
		 * @return this
		 */
		public Spec delay(Duration delay) {
			this.attributes.put("delay", Given.duration(delay, "restart.delay"));
			return this;
		}

		/**
		 * Sets what the wait is multiplied with after each restart.
		 * @param multiplier 1 or more
		 * @return this
		 */
		public Spec multiplier(double multiplier) {
			this.attributes.put("multiplier", Given.number(multiplier, "restart.multiplier"));
			return this;
		}

		/**
		 * Sets the longest wait.
		 * @param maxDelay above 0
		 * @return this
		 */
		public Spec maxDelay(Duration maxDelay) {
			this.attributes.put("maxDelay", Given.duration(maxDelay, "restart.maxDelay"));
			return this;
		}

		/**
		 * Sets what it means for the application that the service is given up, if it is
		 * required.
		 * @param onGiveUp what it means
		 * @return this
		 */
		public Spec onGiveUp(OnGiveUp onGiveUp) {
			this.attributes.put("onGiveUp", new OnGiveUp[] { Given.value(onGiveUp, "restart.onGiveUp") });
			return this;
		}

	}

}
