// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.managedservices.ServiceContext;

/**
 * A method of a service that runs as a {@link ServiceTask}: at an interval, with a fixed
 * delay, at the times of a cron expression, or on demand if it says none of them. One on
 * demand is queued by its name: {@code context.work().task("recount").queue()}. It may
 * take a {@link ServiceTask} and the {@link ServiceContext}, in any order. All that is
 * text may have placeholders: {@code every = "${recount.interval}"}.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Task {

	/**
	 * The name of the task.
	 * @return the name, by default that of the method
	 */
	String name() default "";

	/**
	 * The interval, as {@code 5m}, from the beginning of one run to that of the next.
	 * @return the interval, empty for none
	 */
	String every() default "";

	/**
	 * The delay, as {@code 5m}, from the end of one run to the beginning of the next.
	 * @return the delay, empty for none
	 */
	String fixedDelay() default "";

	/**
	 * How long after the start of the service it runs first, as {@code 10s}; {@code 0s}
	 * for at once. For {@link #every()} and {@link #fixedDelay()}.
	 * @return the delay, empty for one interval
	 */
	String initialDelay() default "";

	/**
	 * How much later than at its time it runs at most, as {@code 30s}, at random each
	 * time, so that not all instances of the application do it at once.
	 * @return the longest, empty for none
	 */
	String jitter() default "";

	/**
	 * A cron expression, as of Spring's {@code @Scheduled}, in the time zone that
	 * {@link #zone()} says. With {@code -} there is no task, so that a property can
	 * switch it off.
	 * @return the expression, empty for none
	 */
	String cron() default "";

	/**
	 * The time zone of the {@link #cron()} expression, as {@code Europe/Berlin}.
	 * @return the zone, as {@link java.time.ZoneId#of} takes it, empty for that of the
	 * system
	 */
	String zone() default "";

	/**
	 * How long it waits for a slot at most, as {@code 30s}.
	 * @return the longest wait, empty for no limit
	 */
	String maxDelay() default "";

	/**
	 * The lease by which one instance of the application is found that runs it each time
	 * that it is due, as {@link ServiceTask#lease(String)} tells. For {@link #cron()}.
	 * @return the name of the lease, empty for a run on each instance
	 */
	String lease() default "";

	/**
	 * Whether a run that is under way when the service is to stop may come to its end, as
	 * {@link ServiceTask#finishOnStop()} tells.
	 * @return {@code false} by default
	 */
	boolean finishOnStop() default false;

}
