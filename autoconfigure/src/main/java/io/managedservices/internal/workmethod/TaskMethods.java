// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Task;
import io.managedservices.work.TaskBody;

/**
 * Makes tasks of the methods of one service that are annotated with {@link Task @Task}.
 * Used by one thread.
 */
final class TaskMethods {

	/** No field of an expression is a year: what comes after it comes after any. */
	private static final LocalDateTime ANY_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

	private final List<GraphProblem> problems;

	private final Set<String> names = new HashSet<>();

	TaskMethods(List<GraphProblem> problems) {
		this.problems = problems;
	}

	/**
	 * Makes a task of a method.
	 * @param method the method
	 * @param task its annotation
	 * @return the task, or {@code null} if anything is wrong with it or it is switched
	 * off
	 */
	@Nullable DeclaredTask task(WorkMethod method, Task task) {
		int before = this.problems.size();
		String name = method.name(task.name());
		method.checkUnique("task", name, this.names);
		WorkMethod.Call body = method.callable(ServiceTask.class, ServiceContext.class);
		checkTimes(method, name, task);
		Durations durations = new Durations(interval(method, "every", task.every()),
				interval(method, "fixedDelay", task.fixedDelay()),
				duration(method, "initialDelay", task.initialDelay(), true),
				duration(method, "jitter", task.jitter(), true), duration(method, "maxDelay", task.maxDelay(), false));
		checkJitter(method, task, durations);
		String cron = task.cron();
		ZoneId zone = task.zone().isEmpty() ? null : zone(method, name, task.zone());
		boolean off = Scheduled.CRON_DISABLED.equals(cron);
		if (!cron.isEmpty() && !off) {
			checkCron(method, cron);
		}
		if (this.problems.size() > before || body == null || off) {
			return null;
		}
		return new DeclaredTask(name, body, durations, cron, zone, task.finishOnStop(), task.lease());
	}

	private static @Nullable Duration interval(WorkMethod method, String attribute, String text) {
		Duration interval = duration(method, attribute, text, false);
		if (interval == null || interval.compareTo(Duration.ofMillis(1)) >= 0) {
			return interval;
		}
		method.refuse("has an invalid %s of @Task: expected 1ms or more, found '%s'".formatted(attribute, text),
				"Correct %s of %s.".formatted(attribute, method.place()));
		return null;
	}

	private static @Nullable Duration duration(WorkMethod method, String attribute, String text, boolean orZero) {
		return text.isEmpty() ? null : method.duration(attribute, text, orZero);
	}

	private static @Nullable ZoneId zone(WorkMethod method, String task, String zone) {
		try {
			return ZoneId.of(zone);
		}
		catch (DateTimeException ex) {
			method.refuse(
					"has a task '%s' with an invalid zone: expected a time zone such as 'Europe/Berlin' or '+01:00', found '%s': %s"
						.formatted(task, zone, ex.getMessage()),
					"Correct zone of %s.".formatted(method.place()));
			return null;
		}
	}

	private static void checkTimes(WorkMethod method, String name, Task task) {
		List<String> times = new ArrayList<>();
		addIfSet(times, "every", task.every());
		addIfSet(times, "fixedDelay", task.fixedDelay());
		addIfSet(times, "cron", task.cron());
		if (times.size() > 1) {
			method.refuse("has a task with %s: expected one of them".formatted(String.join(" and ", times)),
					"Remove %s of them from %s.".formatted((times.size() > 2) ? "two" : "one", method.place()));
		}
		if (task.cron().isEmpty()) {
			refuse(method, name, "lease", task.lease(),
					"no cron: only the times of a cron expression are the same on all instances", "cron");
			refuse(method, name, "zone", task.zone(), "no cron: a zone is for cron only", "cron");
			if (times.isEmpty()) {
				refuse(method, name, "initialDelay", task.initialDelay(),
						"neither every nor fixedDelay: it is on demand, and has no times", "every or fixedDelay");
				refuse(method, name, "jitter", task.jitter(),
						"none of every, fixedDelay and cron: it is on demand, and has no times",
						"one of every, fixedDelay and cron");
			}
		}
		else if (task.every().isEmpty() && task.fixedDelay().isEmpty()) {
			refuse(method, name, "initialDelay", task.initialDelay(), "cron, which says itself when it comes first",
					"every or fixedDelay in place of cron");
		}
	}

	private static void checkJitter(WorkMethod method, Task task, Durations durations) {
		Duration interval = (durations.every() != null) ? durations.every() : durations.fixedDelay();
		Duration jitter = durations.jitter();
		if (interval != null && jitter != null && jitter.compareTo(interval) >= 0) {
			method.refuse(
					"has an invalid jitter of @Task: expected less than its interval '%s', found '%s'"
						.formatted(task.every().isEmpty() ? task.fixedDelay() : task.every(), task.jitter()),
					"Correct jitter of %s.".formatted(method.place()));
		}
	}

	private static void addIfSet(List<String> set, String attribute, String text) {
		if (!text.isEmpty()) {
			set.add("%s '%s'".formatted(attribute, text));
		}
	}

	private static void refuse(WorkMethod method, String name, String attribute, String text, String why,
			String instead) {
		if (!text.isEmpty()) {
			method.refuse("has a task '%s' with %s '%s' and %s".formatted(name, attribute, text, why),
					"Set %s in %s, or remove %s.".formatted(instead, method.place(), attribute));
		}
	}

	private static void checkCron(WorkMethod method, String cron) {
		try {
			if (CronExpression.parse(cron).next(ANY_TIME) == null) {
				method.refuse(
						"has a cron of @Task that never comes: expected one that has a next time, or '-' for never, found '%s'"
							.formatted(cron),
						"Correct cron of %s.".formatted(method.place()));
			}
		}
		catch (IllegalArgumentException ex) {
			method.refuse(
					"has an invalid cron of @Task: expected a cron expression such as '0 */5 * * * *', or '-' for never, found '%s': %s"
						.formatted(cron, ex.getMessage()),
					"Correct cron of %s.".formatted(method.place()));
		}
	}

	/**
	 * The durations of a task, each {@code null} if it is not set.
	 *
	 * @param every from the beginning of one run to that of the next
	 * @param fixedDelay from the end of one run to the beginning of the next
	 * @param initialDelay until the first run
	 * @param jitter how much later at most, at random
	 * @param maxDelay how long it waits for a slot at most
	 */
	record Durations(@Nullable Duration every, @Nullable Duration fixedDelay, @Nullable Duration initialDelay,
			@Nullable Duration jitter, @Nullable Duration maxDelay) {

	}

	/**
	 * A task that a method was declared to be.
	 *
	 * @param name its name
	 * @param body what it does
	 * @param durations its times
	 * @param cron an expression, empty for none
	 * @param zone that of the expression, {@code null} for that of the system
	 * @param finishOnStop whether a run may come to its end when the service stops
	 * @param lease by which one instance runs it, empty for each
	 */
	record DeclaredTask(String name, WorkMethod.Call body, Durations durations, String cron, @Nullable ZoneId zone,
			boolean finishOnStop, String lease) {

		/**
		 * Makes it, so that the service can ask for it.
		 * @param context the incarnation
		 */
		void make(ServiceContext context) {
			ServiceTask made = context.work()
				.task(this.name, (TaskBody & Surrounding.Declared) (task) -> this.body.with(task, context))
				.keep();
			if (this.durations.maxDelay() != null) {
				made.maxDelay(this.durations.maxDelay());
			}
			if (this.finishOnStop) {
				made.finishOnStop();
			}
			if (!this.lease.isEmpty()) {
				made.lease(this.lease);
			}
		}

		/**
		 * Begins to count, if it has times.
		 * @param context the incarnation
		 */
		void begin(ServiceContext context) {
			ServiceTask made = context.work().task(this.name);
			if (this.durations.initialDelay() != null) {
				made.initialDelay(this.durations.initialDelay());
			}
			if (this.durations.jitter() != null) {
				made.jitter(this.durations.jitter());
			}
			if (this.durations.every() != null) {
				made.repeat(this.durations.every());
			}
			if (this.durations.fixedDelay() != null) {
				made.fixedDelay(this.durations.fixedDelay());
			}
			if (!this.cron.isEmpty() && this.zone != null) {
				made.cron(this.cron, this.zone);
			}
			else if (!this.cron.isEmpty()) {
				made.cron(this.cron);
			}
		}

	}

}
