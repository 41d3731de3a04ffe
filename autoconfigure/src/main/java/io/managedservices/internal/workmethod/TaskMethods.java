// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
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
	 * @return starts it, or {@code null} if anything is wrong with it or it is switched
	 * off
	 */
	ServiceCallbacks.@Nullable Callback start(WorkMethod method, Task task) {
		int before = this.problems.size();
		String name = method.name(task.name());
		method.checkUnique("task", name, this.names);
		WorkMethod.Call body = method.callable(ServiceTask.class);
		Duration every = task.every().isEmpty() ? null : method.duration("every", task.every(), false);
		String cron = task.cron().isEmpty() ? null : task.cron();
		Duration maxDelay = task.maxDelay().isEmpty() ? null : method.duration("maxDelay", task.maxDelay(), false);
		if (task.every().isEmpty() == (cron == null)) {
			refuseTimes(method, task);
		}
		ZoneId zone = task.zone().isEmpty() ? null : zone(method, name, task.zone());
		if (!task.zone().isEmpty() && cron == null) {
			method.refuse(
					"has a task '%s' with zone '%s' and no cron: a zone is for cron only".formatted(name, task.zone()),
					"Set cron in %s, or remove zone.".formatted(method.place()));
		}
		boolean off = Scheduled.CRON_DISABLED.equals(cron);
		if (cron != null && !off) {
			checkCron(method, cron);
		}
		if (this.problems.size() > before || body == null || off) {
			return null;
		}
		TaskBody run = body::with;
		return (context) -> {
			ServiceTask made = context.work().task(name, run);
			if (maxDelay != null) {
				made.maxDelay(maxDelay);
			}
			if (task.finishOnStop()) {
				made.finishOnStop();
			}
			if (every != null) {
				made.repeat(every);
			}
			if (cron != null) {
				begin(made, cron, zone);
			}
		};
	}

	private static void begin(ServiceTask task, String cron, @Nullable ZoneId zone) {
		if (zone != null) {
			task.cron(cron, zone);
		}
		else {
			task.cron(cron);
		}
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

	private static void refuseTimes(WorkMethod method, Task task) {
		if (task.cron().isEmpty()) {
			method.refuse("has a task with neither every nor cron: expected one of them",
					"Set one of them in %s.".formatted(method.place()));
		}
		else {
			method.refuse("has a task with every '%s' and cron '%s': expected one of them".formatted(task.every(),
					task.cron()), "Remove one of them from %s.".formatted(method.place()));
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

}
