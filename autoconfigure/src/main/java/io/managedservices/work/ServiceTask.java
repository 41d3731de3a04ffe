// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A named function of a service that is run when its turn comes, and never twice at the
 * same time. It waits for its service to run, takes one of the slots that all tasks of
 * the application share, and leaves the queue when the service is to stop; what is asked
 * of it after that does nothing.
 * <p>
 * Queued again while it waits it keeps its place, or gets the better one; queued while it
 * runs it runs once more afterwards.
 * <p>
 * A task is done when it has run and has no time to come, unless it is {@linkplain #keep
 * kept}: another one may have its name then, and if none has, it can be queued again. How
 * the last ones went stays known. Safe for use by several threads, and by the task itself
 * while it runs.
 *
 * @since 0.1.0
 */
public interface ServiceTask {

	/**
	 * The name of the task.
	 * @return the name
	 */
	String name();

	/**
	 * Queues it behind all others.
	 * @return this
	 */
	ServiceTask queue();

	/**
	 * Queues it before those that are queued normally.
	 * @return this
	 */
	ServiceTask queuePrioritized();

	/**
	 * Queues it before all others.
	 * @return this
	 */
	ServiceTask startAsap();

	/**
	 * Queues it, prioritized, at a time of the wall clock; it runs as soon as there is a
	 * slot. Replaces the time that was set before. If it is queued before that time, it
	 * runs then instead.
	 * @param time when; the past means at once
	 * @return this
	 */
	ServiceTask schedule(Instant time);

	/**
	 * Queues it, prioritized, at an interval, first when that has passed. The interval
	 * counts from when a run begins; what could not begin in time is not made up for.
	 * Replaces what repeated it before.
	 * @param interval the interval, 1 ms or more
	 * @return this
	 */
	ServiceTask repeat(Duration interval);

	/**
	 * Queues it, prioritized, when a delay has passed since its last run has ended, first
	 * when it has passed since this call. Replaces what repeated it before.
	 * @param delay the delay, 1 ms or more
	 * @return this
	 */
	ServiceTask fixedDelay(Duration delay);

	/**
	 * Sets when that which {@linkplain #repeat repeats} it, or does so with a
	 * {@linkplain #fixedDelay fixed delay}, queues it first.
	 * @param delay how long after this call, or after it is repeated if that comes later;
	 * 0 for at once
	 * @return this
	 */
	ServiceTask initialDelay(Duration delay);

	/**
	 * Lets what repeats it queue it somewhat later each time, at random, so that not all
	 * instances of the application do it at once.
	 * @param longest how much later at most, 0 or more, and less than what is between two
	 * times
	 * @return this
	 */
	ServiceTask jitter(Duration longest);

	/**
	 * Takes back all times to come: nothing schedules or repeats it any more. What waits
	 * in the queue already runs.
	 * @return this
	 */
	ServiceTask unschedule();

	/**
	 * Queues it, prioritized, at the times of a cron expression in the time zone of the
	 * system. Replaces what repeated it before.
	 * @param expression as of Spring's
	 * {@link org.springframework.scheduling.support.CronExpression}, or {@code -} for
	 * never, as with Spring's {@code @Scheduled}: then nothing repeats it any more
	 * @return this
	 * @throws IllegalArgumentException if it cannot be parsed, or there is no such time
	 */
	ServiceTask cron(String expression);

	/**
	 * As {@link #cron(String)} in another time zone. When clocks are set forward there, a
	 * time that is skipped does not come on that day; when they are set back, one that
	 * comes twice does so for the task, too.
	 * @param expression as of Spring's
	 * {@link org.springframework.scheduling.support.CronExpression}, or {@code -}
	 * @param zone the time zone
	 * @return this
	 * @throws IllegalArgumentException if it cannot be parsed, or there is no such time
	 */
	ServiceTask cron(String expression, ZoneId zone);

	/**
	 * Sets how long it waits in the queue at most: then it runs, whether there is a slot
	 * or not.
	 * @param maxDelay the longest wait, above 0
	 * @return this
	 */
	ServiceTask maxDelay(Duration maxDelay);

	/**
	 * Lets a run that is under way when the service is to stop come to its end: it is not
	 * interrupted before half of the stop timeout has passed.
	 * @return this
	 */
	ServiceTask finishOnStop();

	/**
	 * Lets one instance of the application do it at each time of its
	 * {@linkplain #cron(String) cron expression}: the first that gets the lease. The
	 * others do nothing then, nor does one that comes later than half of the time until
	 * it is due again. A run that takes longer than that keeps the lease, and is
	 * interrupted if it is lost. What somebody queues runs here in any case, and so does
	 * what is not due by cron.
	 * @param lease the name of the lease, of which its times are set. It has nothing to
	 * do with that of a service, and each task has its own
	 * @return this
	 * @throws IllegalArgumentException if it is blank
	 * @see io.managedservices.ManagedService#lease()
	 */
	ServiceTask lease(String lease);

	/**
	 * Keeps it when it is done, until the service stops: {@link ServiceWork#task(String)}
	 * finds it, and no other task may have its name. A method with {@link Task @Task} is
	 * kept.
	 * @return this
	 */
	ServiceTask keep();

	/**
	 * Cancels it for good: it is taken out of the queue and of the schedule, and
	 * interrupted if it runs. Called by the task itself while it runs it means that there
	 * is no further run: it is not interrupted.
	 */
	void cancel();

}
