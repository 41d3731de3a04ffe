package io.managedservices.context;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.CronExpression;

import io.managedservices.ServiceTask;
import io.managedservices.Task;
import io.managedservices.TaskBody;
import io.managedservices.graph.GraphProblem;
import io.managedservices.graph.ServiceCallbacks;

/**
 * Makes tasks of the methods of one service that are annotated with {@link Task @Task}.
 * Used by one thread.
 */
final class TaskMethods {

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
				made.cron(cron);
			}
		};
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
			CronExpression.parse(cron);
		}
		catch (IllegalArgumentException ex) {
			method.refuse(
					"has an invalid cron of @Task: expected a cron expression such as '0 */5 * * * *', or '-' for never, found '%s': %s"
						.formatted(cron, ex.getMessage()),
					"Correct cron of %s.".formatted(method.place()));
		}
	}

}
