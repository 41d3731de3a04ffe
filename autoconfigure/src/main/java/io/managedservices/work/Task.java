// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a service that runs as a {@link ServiceTask}, at an interval or at the
 * times of a cron expression. It has no parameter, or a {@link ServiceTask}. All that is
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
	 * The interval, as {@code 5m}. Either this or {@link #cron()} is needed.
	 * @return the interval, empty for none
	 */
	String every() default "";

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
	 * Whether a run that is under way when the service is to stop may come to its end, as
	 * {@link ServiceTask#finishOnStop()} tells.
	 * @return {@code false} by default
	 */
	boolean finishOnStop() default false;

}
