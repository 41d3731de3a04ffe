// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.OwnedWork;
import io.managedservices.internal.engine.WorkOwner;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.WorkKind;

/**
 * The work of one service, through all its incarnations. Confined to the coordinator, but
 * for {@link #counts} and {@link #snapshot}.
 */
final class ServiceWorkload implements OwnedWork {

	private final WorkEngine engine;

	private final WorkOwner owner;

	private final FailureLog failures;

	private final FailingWork failing;

	private final Workers workers = new Workers();

	private final Tasks tasks;

	private final Tickers tickers;

	private final MicroTaskCounts microTasks = new MicroTaskCounts();

	private final Mailbox mailbox;

	private final WorkFigures figures = new WorkFigures();

	private volatile boolean asleep;

	private @Nullable WorkScope scope;

	ServiceWorkload(WorkEngine engine, WorkOwner owner) {
		this.engine = engine;
		this.owner = owner;
		this.failures = new FailureLog(owner, engine.coordination(), engine.settings().failuresKept());
		this.failing = new FailingWork(owner, engine.coordination());
		this.tasks = new Tasks(this);
		this.tickers = new Tickers(this);
		this.mailbox = new Mailbox(this);
		engine.events().add(this);
	}

	@Override
	public ServiceWork work(ServiceContext incarnation) {
		return new IncarnationWork(scope(incarnation));
	}

	@Override
	public ServiceEvents events(ServiceContext incarnation) {
		return new IncarnationEvents(scope(incarnation));
	}

	private WorkScope scope(ServiceContext incarnation) {
		WorkScope known = this.scope;
		if (known != null && known.incarnation() == incarnation) {
			return known;
		}
		WorkScope begun = new WorkScope(this, incarnation);
		if (isRunning()) {
			begun.run();
		}
		if (incarnation.stopReason() != null) {
			begun.end();
		}
		else {
			this.scope = begun;
		}
		return begun;
	}

	@Override
	public void running(ServiceContext incarnation) {
		scope(incarnation).run();
		this.tasks.release();
		this.tickers.begin();
		this.engine.events().running(this);
	}

	@Override
	public void end() {
		if (this.scope != null) {
			this.failing.end();
			this.scope.end();
		}
	}

	@Override
	public void interrupt() {
		if (this.scope != null) {
			this.scope.ending().interrupt();
		}
	}

	@Override
	public boolean isOver() {
		return this.scope == null || this.scope.isOver();
	}

	@Override
	public @Nullable String activity() {
		String worker = this.workers.first();
		if (worker != null) {
			return WorkKind.WORKER + " '" + worker + "'";
		}
		String ticker = this.tickers.first();
		if (ticker != null) {
			return WorkKind.TICKER + " '" + ticker + "'";
		}
		return (this.scope != null) ? this.scope.activity() : null;
	}

	@Override
	public void releaseExiting() {
		if (this.scope != null) {
			this.scope.releaseExiting();
		}
	}

	@Override
	public List<Remaining> remaining() {
		return (this.scope != null) ? this.scope.remaining() : List.of();
	}

	@Override
	public void sleep(boolean sleeps) {
		if (sleeps != this.asleep) {
			this.asleep = sleeps;
			this.tasks.sleepChanged();
			this.tickers.sleepChanged();
		}
	}

	@Override
	public WorkSnapshot snapshot() {
		ShownTasks shown = this.tasks.shown();
		List<TaskStatus> tasksShown = shown.toList();
		MicroTaskStatus microTasksShown = microTasksShown();
		return coordination().ask(() -> new WorkSnapshot(this.asleep, this.workers.statuses(), tasksShown,
				shown.count(), this.figures.tasksQueued(), this.tickers.statuses(), microTasksShown,
				this.mailbox.status().withExposedDropped(this.mailbox.outbox().exposedDropped()), this.failures.last(),
				this.failures.count()));
	}

	// Not inside the coordinator: many may stand in line.
	private MicroTaskStatus microTasksShown() {
		MicroTaskLimiter limiter = this.engine.microTasks();
		return this.microTasks.status(limiter.waiting(this, Priority.MEDIUM), limiter.waiting(this, Priority.LOW));
	}

	@Override
	public WorkCounts counts() {
		long finished = this.microTasks.finished();
		return new WorkCounts(finished, Math.min(finished, this.microTasks.failed()), this.mailbox.outbox().emitted(),
				this.mailbox.delivered(), this.mailbox.dropped(), this.mailbox.outbox().exposedDropped(),
				this.figures.restarts(), this.figures.taskRuns(), this.figures.ticks(),
				this.figures.levels(this.mailbox.held(), this.asleep));
	}

	/**
	 * The work of an incarnation that was told to end has ended.
	 */
	void over() {
		this.owner.workEnded();
	}

	String name() {
		return this.owner.definition().name();
	}

	WorkOwner owner() {
		return this.owner;
	}

	boolean isRunning() {
		return this.owner.isRunning();
	}

	boolean isAsleep() {
		return this.asleep;
	}

	@Nullable WorkScope current() {
		return this.scope;
	}

	WorkEngine engine() {
		return this.engine;
	}

	Coordination coordination() {
		return this.engine.coordination();
	}

	WorkThreads threads() {
		return this.engine.threads();
	}

	WorkFigures figures() {
		return this.figures;
	}

	FailureLog failures() {
		return this.failures;
	}

	FailingWork failing() {
		return this.failing;
	}

	Workers workers() {
		return this.workers;
	}

	Tasks tasks() {
		return this.tasks;
	}

	Tickers tickers() {
		return this.tickers;
	}

	MicroTaskCounts microTasks() {
		return this.microTasks;
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

}
