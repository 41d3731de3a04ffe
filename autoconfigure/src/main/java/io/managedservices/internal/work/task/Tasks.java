// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.Misuse;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.FailingWork;
import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.Tally;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.TaskBody;
import io.managedservices.work.WorkKind;

/**
 * The tasks of a service: holds back what may not be queued yet, because the service does
 * not run or sleeps, and sees to it that a task runs once at a time. Confined to the
 * coordinator, but for {@link #create}, {@link #shown} and the figures.
 *
 * @since 0.1.0
 */
public final class Tasks implements KindOfWork {

	/** Of how many tasks the coordinator is asked at once how they are. */
	private static final int ASKED_AT_ONCE = 500;

	private static final int SHOWN_NAMES = 10;

	private final Workplace workplace;

	private final TaskQueue queue;

	private final TaskNames names = new TaskNames();

	private final Set<TaskRun> held = new LinkedHashSet<>();

	private final TaskHistory history = new TaskHistory();

	private final Tally queued = new Tally();

	private final Tally running = new Tally();

	private final Tally runs = new Tally();

	/**
	 * Create tasks.
	 * @param workplace that of the service
	 * @param queue that of all services
	 */
	public Tasks(Workplace workplace, TaskQueue queue) {
		this.workplace = workplace;
		this.queue = queue;
	}

	/**
	 * Those of the present incarnation. Any thread may ask.
	 * @return the tasks
	 */
	List<IncarnationTask> all() {
		return this.names.all();
	}

	/**
	 * A task that nobody has asked for. Any thread may ask.
	 * @param scope the work that it belongs to
	 * @param name its name, unique among the tasks of the service
	 * @param body what it does
	 * @return the task
	 */
	public ServiceTask create(WorkScope scope, String name, TaskBody body) {
		IncarnationTask task = new IncarnationTask(this, scope, name, body);
		// Another one may have been cancelled, which the coordinator has yet to handle.
		if (!this.names.add(task) && !this.workplace.coordination().ask(() -> this.names.add(task))) {
			throw new IllegalArgumentException(
					"Service '%s' has a task '%s' already: expected a name that is unique among its tasks"
						.formatted(this.workplace.name(), name));
		}
		return task;
	}

	/**
	 * The task of a name. Any thread may ask.
	 * @param scope the work that it belongs to
	 * @param name its name
	 * @return the task; if the work has ended, one that does nothing
	 * @throws IllegalArgumentException if there is none
	 */
	public ServiceTask named(WorkScope scope, String name) {
		IncarnationTask known = this.names.get(name);
		if (known != null && known.scope == scope) {
			return known;
		}
		if (!scope.isEnded()) {
			throw Misuse.argument(
					"Service '%s' has no task '%s': expected the name of a method with @Task, or of a task that was made with work().task(name, body) and is not done; there is %s"
						.formatted(this.workplace.name(), name, known()));
		}
		return new IncarnationTask(this, scope, name, (task) -> {
		});
	}

	private String known() {
		List<String> known = this.names.names(SHOWN_NAMES);
		return known.isEmpty() ? "none"
				: known.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

	/**
	 * Does something once. Any thread may ask.
	 * @param scope the work that it belongs to
	 * @param name its name, which others may have, too
	 * @param body what is done
	 */
	public void submit(WorkScope scope, String name, TaskBody body) {
		IncarnationTask task = new IncarnationTask(this, scope, name, body, true);
		this.names.addOther(task);
		task.queue();
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
			this.queued.add(1);
			admit(task.run);
			this.queue.fill();
		}
		else if (run.isWaiting()) {
			boolean better = run.improve(priority, context, scheduled);
			if (better || (this.held.contains(run) && mayBeQueued(run))) {
				takeOut(run);
				admit(run);
				this.queue.fill();
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
			this.queue.add(run);
		}
		else {
			this.held.add(run);
		}
	}

	/**
	 * Whether a run may wait for a slot.
	 * @param run a run of a task of this service
	 * @return whether the service runs, and does not sleep or was asked for the run
	 */
	boolean mayBeQueued(TaskRun run) {
		return run.scope().isRunning() && !(run.scheduled && this.workplace.isAsleep());
	}

	/**
	 * Holds back a run that came into the queue before the service was put to sleep.
	 * @param run a run that waits nowhere
	 */
	void hold(TaskRun run) {
		this.held.add(run);
	}

	private void release() {
		if (!this.held.isEmpty()) {
			List<TaskRun> released = List.copyOf(this.held);
			this.held.clear();
			released.forEach(this::admit);
			this.queue.fill();
		}
	}

	@Override
	public void running() {
		release();
	}

	@Override
	public void sleepChanged() {
		if (!this.workplace.isAsleep()) {
			release();
		}
	}

	void limit(IncarnationTask task, long nanos) {
		TaskDetails details = task.details();
		if (details.maxDelay != null) {
			this.workplace.coordination().timers().remove(details.maxDelay);
		}
		details.maxDelay = new TaskDetails.MaxDelay(task, nanos);
		if (task.run != null) {
			this.queue.watch(task.run);
		}
	}

	void ended(TaskRun run) {
		IncarnationTask task = run.task;
		Throwable failure = run.failure();
		task.details().ended(this.workplace.coordination().now() - run.begunAt, failure);
		if (failure != null && !run.hasTold(failure)) {
			this.workplace.failures().add(WorkKind.TASK, task.name(), failure, Severity.ERROR);
		}
		this.running.add(-1);
		this.runs.add(1);
		this.queue.left(run);
		task.run = null;
		Repetition repetition = task.details().repetition;
		if (repetition != null && !task.isGone()) {
			repetition.runEnded();
		}
		note(run, failure);
		if (task.once) {
			this.names.remove(task);
		}
		else if (task.isGone()) {
			this.names.remove(task);
			if (!task.details().cancelled) {
				this.history.keep(task);
			}
		}
		else if (run.again != null) {
			task.run = run.again;
			this.queued.add(1);
			admit(run.again);
		}
		else if (!task.hasNext() && !task.isKept()) {
			forget(task);
		}
		this.queue.fill();
	}

	private void note(TaskRun run, @Nullable Throwable failure) {
		IncarnationTask task = run.task;
		FailingWork failing = this.workplace.failing();
		if (task.isGone()) {
			failing.gone(WorkKind.TASK, task.name());
		}
		else if (failure == null) {
			failing.passed(WorkKind.TASK, task.name());
		}
		else {
			Instant again = (run.again != null) ? this.workplace.coordination().instant() : task.next();
			failing.failed(WorkKind.TASK, task.name(), failure, again);
		}
	}

	// There may be many that are asked for once. How it went stays in the history.
	private void forget(IncarnationTask task) {
		task.forgotten = true;
		// Timers would hold it that will not be set again before it is asked for.
		task.clear();
		this.names.remove(task);
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
		if (!this.names.add(task)) {
			this.workplace.failures()
				.add(WorkKind.TASK, task.name(), new IllegalStateException(
						"Task '%s' of service '%s' was done, and another one has its name now: expected to be asked for before, or a name of its own"
							.formatted(task.name(), this.workplace.name())),
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
		this.workplace.failing().gone(WorkKind.TASK, task.name());
		if (task.run == null) {
			this.names.remove(task);
		}
		else if (!byItself) {
			task.scope.cancel(task.run);
		}
		this.queue.fill();
	}

	@Override
	public @Nullable String activity() {
		WorkScope scope = this.workplace.current();
		List<TaskRun> inside = (scope != null) ? scope.inside(TaskRun.class) : List.of();
		if (!inside.isEmpty()) {
			return inside.get(0).what();
		}
		for (IncarnationTask task : this.names.all()) {
			if (!task.isAtRest()) {
				return task.what();
			}
		}
		return null;
	}

	@Override
	public void ending(WorkScope scope) {
		this.history.end();
		List<IncarnationTask> tasks = this.names.end();
		if (!tasks.isEmpty()) {
			tasks.forEach(this::drop);
			this.history.keep(tasks);
			this.queue.fill();
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
			takeOut(run);
			this.queued.add(-1);
			task.run = null;
		}
		else if (run.scope().withdraw(run)) {
			leave(run);
		}
	}

	private void leave(TaskRun run) {
		this.running.add(-1);
		this.queue.left(run);
		run.task.run = null;
	}

	/**
	 * A run has got its slot, and will not begin since the lease of its service is over.
	 * @param run the run
	 */
	void lapsed(TaskRun run) {
		leave(run);
		this.queue.fill();
	}

	private void takeOut(TaskRun run) {
		if (!this.held.remove(run)) {
			this.queue.remove(run);
		}
	}

	TaskQueue queue() {
		return this.queue;
	}

	Workplace workplace() {
		return this.workplace;
	}

	/**
	 * A run has got its slot.
	 */
	void begun() {
		this.queued.add(-1);
		this.running.add(1);
	}

	/**
	 * How many runs wait. Any thread may ask, as for the other figures.
	 * @return their number
	 */
	public int queuedCount() {
		return (int) this.queued.get();
	}

	public int runningCount() {
		return (int) this.running.get();
	}

	public long runs() {
		return this.runs.get();
	}

	/**
	 * What is shown of the tasks. Not called inside the coordinator, which is asked for a
	 * few of them at once: a service may have a million.
	 * @return what is shown
	 */
	public ShownTasks shown() {
		ShownTasks shown = new ShownTasks();
		List<IncarnationTask> all = this.workplace.coordination().ask(this::present).get();
		Map<String, TaskStatus> done = this.workplace.coordination().ask(this.history::done);
		for (int from = 0; from < all.size(); from += ASKED_AT_ONCE) {
			List<IncarnationTask> some = all.subList(from, Math.min(all.size(), from + ASKED_AT_ONCE));
			this.workplace.coordination().ask(() -> some.stream().map(this::status).toList()).forEach((status) -> {
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
		WorkScope scope = this.workplace.current();
		if (scope == null) {
			return List::of;
		}
		if (scope.isEnded()) {
			List<IncarnationTask> inside = scope.inside(TaskRun.class).stream().map((run) -> run.task).toList();
			return () -> inside;
		}
		return this.names::all;
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
