// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.managedservices.ServiceContext;

/**
 * A method of a service that runs as a {@link ServiceWorker} from when the service has
 * been started, and is restarted when it fails. It may take a {@link WorkerContext} and
 * the {@link ServiceContext}, in any order. All that is text may have placeholders:
 * {@code delay = "${inbox.delay}"}.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Worker {

	/**
	 * The name of the worker.
	 * @return the name, by default that of the method
	 */
	String name() default "";

	/**
	 * The delay after the first failed attempt, as {@code 2s}.
	 * @return the delay
	 */
	String delay() default "2s";

	/**
	 * How often it is restarted within the window.
	 * @return the limit, -1 for none
	 */
	int maxRestarts() default -1;

	/**
	 * Within which time restarts count, as {@code 10m}.
	 * @return the window
	 */
	String window() default "10m";

	/**
	 * How long it may go without a beat, as {@code 30s}.
	 * @return the timeout, empty for none
	 */
	String heartbeat() default "";

	/**
	 * Whether it is not interrupted when the service stops, until half of the stop
	 * timeout has passed, as {@link ServiceWorker#finishOnStop()} tells.
	 * @return {@code false} by default
	 */
	boolean finishOnStop() default false;

}
