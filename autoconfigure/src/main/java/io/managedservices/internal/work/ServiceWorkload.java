// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.event.ServiceEvents;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.internal.work.event.EventHub;
import io.managedservices.internal.work.event.IncarnationEvents;
import io.managedservices.internal.work.event.Mailbox;
import io.managedservices.internal.work.microtask.MicroTasks;
import io.managedservices.internal.work.task.ShownTasks;
import io.managedservices.internal.work.task.Tasks;
import io.managedservices.internal.work.ticker.Tickers;
import io.managedservices.internal.work.worker.Workers;
import io.managedservices.monitor.WorkCounts;
import io.managedservices.monitor.WorkCounts.Levels;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;

/**
 * The work of one service, through all its incarnations: what it has of each kind.
 * Confined to the coordinator, but for {@link #counts}, {@link #task} and
 * {@link #snapshot}.
 */
final class ServiceWorkload extends Workplace {

	private final Workers workers = new Workers();

	private final Tickers tickers;

	private final Tasks tasks;

	private final MicroTasks microTasks;

	private final Mailbox mailbox;

	private final EventHub events;

	private final List<KindOfWork> kinds;

	ServiceWorkload(WorkEngine engine, WorkOwner owner) {
		super(engine.environment(), owner);
		this.tickers = new Tickers(this);
		this.tasks = new Tasks(this, engine.tasks());
		this.microTasks = new MicroTasks(this, engine.microTasks());
		this.mailbox = engine.events().add(this);
		this.events = engine.events();
		this.kinds = List.of(this.workers, this.tickers, this.tasks, this.mailbox, this.microTasks);
	}

	@Override
	protected List<KindOfWork> kinds() {
		return this.kinds;
	}

	@Override
	public ServiceWork work(ServiceContext incarnation) {
		return new IncarnationWork(this, scope(incarnation));
	}

	@Override
	public ServiceEvents events(ServiceContext incarnation) {
		return new IncarnationEvents(this.events, this.mailbox, scope(incarnation));
	}

	@Override
	public void forget() {
		this.events.remove(this);
		this.microTasks.forget();
	}

	@Override
	public @Nullable ServiceTask task(String name) {
		WorkScope running = coordination().ask(() -> Optional.ofNullable(currentIfRunning())).orElse(null);
		return (running != null) ? this.tasks.named(running, name) : null;
	}

	@Override
	public WorkSnapshot snapshot() {
		ShownTasks shown = this.tasks.shown();
		List<TaskStatus> tasksShown = shown.toList();
		MicroTaskStatus microTasksShown = this.microTasks.status();
		return coordination().ask(() -> new WorkSnapshot(isAsleep(), this.workers.statuses(),
				new WorkSnapshot.Tasks(tasksShown, shown.count(), this.tasks.queuedCount()), this.tickers.statuses(),
				new WorkSnapshot.Traffic(microTasksShown,
						this.mailbox.status().withExposedDropped(this.mailbox.exposedDropped())),
				new WorkSnapshot.Failures(failures().last(), failures().count())));
	}

	@Override
	public WorkCounts counts() {
		long finished = this.microTasks.finished();
		Levels levels = new Levels(this.workers.runningCount(), this.workers.backingOffCount(),
				this.tasks.queuedCount(), this.tasks.runningCount(), this.mailbox.held(), isAsleep());
		return new WorkCounts(new WorkCounts.MicroTasks(finished, Math.min(finished, this.microTasks.failed())),
				new WorkCounts.Events(this.mailbox.emitted(), this.mailbox.delivered(), this.mailbox.dropped(),
						this.mailbox.exposedDropped()),
				this.workers.restarts(), this.tasks.runs(), this.tickers.ticks(), levels);
	}

	Workers workers() {
		return this.workers;
	}

	Tickers tickers() {
		return this.tickers;
	}

	Tasks tasks() {
		return this.tasks;
	}

	MicroTasks microTasks() {
		return this.microTasks;
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

}
