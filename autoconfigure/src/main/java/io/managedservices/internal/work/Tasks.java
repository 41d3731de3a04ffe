// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.TaskBody;
import io.managedservices.work.WorkKind;

/**
 * The tasks of a service: holds back what may not be queued yet, because the service does
 * not run or sleeps, and sees to it that a task runs once at a time. Confined to the
 * coordinator, but for {@link #create} and {@link #shown}.
 */
final class Tasks {

	/** Of how many tasks the coordinator is asked at once how they are. */
	private static final int ASKED_AT_ONCE = 500;

	private final ServiceWorkload workload;

	private final RunList held = new RunList();

	private final TaskHistory history = new TaskHistory();

	Tasks(ServiceWorkload workload) {
		this.workload = workload;
	}

	ServiceTask create(WorkScope scope, String name, TaskBody body) {
		IncarnationTask task = new IncarnationTask(scope, name, body);
		// Another one may have been cancelled, which the coordinator has yet to handle.
		if (!scope.tasks().add(task) && !this.workload.coordination().ask(() -> scope.tasks().add(task))) {
			throw new IllegalArgumentException(
					"Service '%s' has a task '%s' already: expected a name that is unique among its tasks"
						.formatted(this.workload.name(), name));
		}
		return task;
	}

	/**
	 * Somebody or the clock asks for a run.
	 * @param task the task, not gone
	 * @param priority where it is to be put
	 * @param context of whoever asks
	 * @param scheduled whether that is only the clock
	 */
	void asked(IncarnationTask task, TaskPriority priority, ContextCarrier context, boolean scheduled) {
		TaskRun run = task.run;
		if (run == null) {
			if (!remember(task)) {
				return;
			}
			task.run = new TaskRun(task, priority, context, scheduled);
			figures().taskQueued();
			admit(task.run);
			queue().fill();
		}
		else if (run.isWaiting()) {
			boolean better = run.improve(priority, context, scheduled);
			if (better || (run.list == this.held && mayBeQueued(run))) {
				run.unlink();
				admit(run);
				queue().fill();
			}
		}
		else if (run.again == null) {
			run.again = new TaskRun(task, priority, context, scheduled);
		}
		else {
			run.again.improve(priority, context, scheduled);
		}
	}

	private void admit(TaskRun run) {
		if (mayBeQueued(run)) {
			queue().add(run);
		}
		else {
			this.held.addLast(run);
		}
	}

	/**
	 * Whether a run may wait for a slot.
	 * @param run a run of a task of this service
	 * @return whether the service runs, and does not sleep or was asked for the run
	 */
	boolean mayBeQueued(TaskRun run) {
		return run.scope.isRunning() && !(run.scheduled && this.workload.isAsleep());
	}

	/**
	 * Holds back a run that came into the queue before the service was put to sleep.
	 * @param run a run that waits in no list
	 */
	void hold(TaskRun run) {
		this.held.addLast(run);
	}

	void release() {
		if (this.held.size() > 0) {
			for (int count = this.held.size(); count > 0; count--) {
				TaskRun run = Objects.requireNonNull(this.held.first());
				run.unlink();
				admit(run);
			}
			queue().fill();
		}
	}

	void sleepChanged() {
		if (!this.workload.isAsleep()) {
			release();
		}
	}

	void limit(IncarnationTask task, long nanos) {
		TaskDetails details = task.details();
		if (details.maxDelay != null) {
			this.workload.coordination().timers().remove(details.maxDelay);
		}
		details.maxDelay = new TaskDetails.MaxDelay(task, nanos);
		if (task.run != null) {
			queue().watch(task.run);
		}
	}

	void ended(TaskRun run) {
		IncarnationTask task = run.task;
		Throwable failure = run.failure();
		task.details().ended(this.workload.coordination().now() - run.begunAt, failure);
		if (failure != null && !run.hasTold(failure)) {
			this.workload.failures().add(WorkKind.TASK, task.name(), failure, Severity.ERROR);
		}
		figures().taskEnded();
		queue().left(run);
		task.run = null;
		note(run, failure);
		if (task.isGone()) {
			task.scope.tasks().remove(task);
			if (!task.details().cancelled) {
				this.history.keep(task);
			}
		}
		else if (run.again != null) {
			task.run = run.again;
			figures().taskQueued();
			admit(run.again);
		}
		else if (!task.hasNext()) {
			forget(task);
		}
		queue().fill();
	}

	private void note(TaskRun run, @Nullable Throwable failure) {
		IncarnationTask task = run.task;
		FailingWork failing = this.workload.failing();
		if (task.isGone()) {
			failing.gone(WorkKind.TASK, task.name());
		}
		else if (failure == null) {
			failing.passed(WorkKind.TASK, task.name());
		}
		else {
			Instant again = (run.again != null) ? this.workload.coordination().instant() : task.next();
			failing.failed(WorkKind.TASK, task.name(), failure, again);
		}
	}

	// There may be many that are asked for once. How it went stays in the history.
	private void forget(IncarnationTask task) {
		task.forgotten = true;
		// Timers would hold it that will not be set again before it is asked for.
		task.clear();
		task.scope.tasks().remove(task);
		this.history.keepDone(task);
	}

	/**
	 * Knows a task again that was forgotten and is now asked for once more.
	 * @param task a task that is not gone
	 * @return {@code false} if another one has its name meanwhile: that is told as its
	 * failure
	 */
	boolean remember(IncarnationTask task) {
		if (!task.forgotten) {
			return true;
		}
		if (!task.scope.tasks().add(task)) {
			this.workload.failures()
				.add(WorkKind.TASK, task.name(), new IllegalStateException(
						"Task '%s' of service '%s' was done, and another one has its name now: expected to be asked for before, or a name of its own"
							.formatted(task.name(), this.workload.name())),
						Severity.ERROR);
			return false;
		}
		task.forgotten = false;
		return true;
	}

	/**
	 * Cancels a task for good.
	 * @param task the task
	 * @param byItself whether its run asks for that, so that it is not interrupted
	 */
	void cancel(IncarnationTask task, boolean byItself) {
		drop(task);
		this.history.forget(task.name());
		this.workload.failing().gone(WorkKind.TASK, task.name());
		if (task.run == null) {
			task.scope.tasks().remove(task);
		}
		else if (!byItself) {
			task.scope.cancel(task.run);
		}
		queue().fill();
	}

	/**
	 * The work of an incarnation ends.
	 * @param scope that work
	 */
	void end(WorkScope scope) {
		this.history.end();
		List<IncarnationTask> tasks = scope.tasks().end();
		if (!tasks.isEmpty()) {
			tasks.forEach(this::drop);
			this.history.keep(tasks);
			queue().fill();
		}
	}

	/**
	 * Takes a task out of wherever it waits. A run that is inside user code remains.
	 * @param task the task
	 */
	private void drop(IncarnationTask task) {
		task.clear();
		TaskRun run = task.run;
		if (run == null) {
			return;
		}
		run.again = null;
		if (run.isWaiting()) {
			run.unlink();
			figures().taskDropped();
			task.run = null;
		}
		else if (run.scope.withdraw(run)) {
			figures().taskWithdrawn();
			queue().left(run);
			task.run = null;
		}
	}

	private WorkFigures figures() {
		return this.workload.figures();
	}

	private TaskQueue queue() {
		return this.workload.engine().tasks();
	}

	/**
	 * What is shown of the tasks. Not called inside the coordinator, which is asked for a
	 * few of them at once: a service may have a million.
	 * @return what is shown
	 */
	ShownTasks shown() {
		ShownTasks shown = new ShownTasks();
		List<IncarnationTask> all = this.workload.coordination().ask(this::present).get();
		Map<String, TaskStatus> done = this.workload.coordination().ask(this.history::done);
		for (int from = 0; from < all.size(); from += ASKED_AT_ONCE) {
			List<IncarnationTask> some = all.subList(from, Math.min(all.size(), from + ASKED_AT_ONCE));
			this.workload.coordination().ask(() -> some.stream().map(this::status).toList()).forEach((status) -> {
				shown.add(status);
				done.remove(status.name());
			});
		}
		done.values().forEach(shown::add);
		return shown;
	}

	// Names are forgotten at the end; what runs then may come to its end. To copy the
	// names of many takes long, and can be done by any thread.
	private Supplier<List<IncarnationTask>> present() {
		WorkScope scope = this.workload.current();
		if (scope == null) {
			return List::of;
		}
		if (scope.isEnded()) {
			List<IncarnationTask> inside = scope.tasksInside();
			return () -> inside;
		}
		return scope.tasks()::all;
	}

	private TaskStatus status(IncarnationTask task) {
		TaskDetails last = this.history.of(task);
		return (last != null)
				? new TaskStatus(task.name(), state(task.run), task.next(), last.lastRun(), last.lastDuration(),
						last.lastFailure())
				: new TaskStatus(task.name(), state(task.run), task.next(), null, null, null);
	}

	private static TaskState state(@Nullable TaskRun run) {
		if (run == null) {
			return TaskState.IDLE;
		}
		return run.isWaiting() ? TaskState.QUEUED : TaskState.RUNNING;
	}

}
