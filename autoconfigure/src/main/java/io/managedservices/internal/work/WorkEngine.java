// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.work.OwnedWork;
import io.managedservices.internal.engine.work.WorkDriver;
import io.managedservices.internal.engine.work.WorkOwner;
import io.managedservices.internal.work.core.ScopedCall;
import io.managedservices.internal.work.core.WorkEnvironment;
import io.managedservices.internal.work.core.WorkThreads;
import io.managedservices.internal.work.event.EventHub;
import io.managedservices.internal.work.microtask.MicroTaskLimiter;
import io.managedservices.internal.work.microtask.SlotLoad;
import io.managedservices.internal.work.task.TaskQueue;
import io.managedservices.monitor.Workload;
import io.managedservices.work.MicroTask.Priority;
import io.managedservices.work.WorkKind;

/**
 * The work inside all services of an engine: what they share. Confined to the coordinator
 * where nothing else is said.
 *
 * @since 0.1.0
 */
public final class WorkEngine implements WorkDriver {

	private final WorkSettings settings;

	private final WorkEnvironment environment;

	private final TaskQueue tasks;

	private final MicroTaskLimiter microTasks;

	private final EventHub events;

	/**
	 * Create what drives the work of one engine.
	 * @param settings its limits
	 * @param backend time and threads, those of the engine
	 * @param decorator carries the context of whoever asks for work to where it is done,
	 * or {@code null} for nothing
	 */
	public WorkEngine(WorkSettings settings, Backend backend, @Nullable UnaryOperator<Runnable> decorator) {
		this(settings, backend, decorator, null);
	}

	/**
	 * Create what drives the work of one engine.
	 * @param settings its limits
	 * @param backend time and threads, those of the engine
	 * @param decorator carries the context of whoever asks for work to where it is done,
	 * or {@code null} for nothing
	 * @param surrounding what is put around user code, or {@code null} for nothing
	 */
	public WorkEngine(WorkSettings settings, Backend backend, @Nullable UnaryOperator<Runnable> decorator,
			@Nullable Surrounding surrounding) {
		this.settings = settings;
		WorkThreads threads = new WorkThreads(backend, settings.maxThreads(), (kind) -> kind != WorkKind.WORKER);
		this.environment = new WorkEnvironment(threads, decorator, surrounding, settings.failuresKept());
		this.tasks = new TaskQueue(this.environment, settings.taskSlots(), settings.longTask(), this::isAnyWaiting);
		this.microTasks = new MicroTaskLimiter(this.environment, settings.microTaskLimit(), settings.mediumMaxDelay(),
				settings.lowMaxDelay(), this::tellIfYielding);
		this.events = new EventHub(this.environment);
	}

	private boolean isAnyWaiting() {
		return this.microTasks.hasWaiting();
	}

	// Tasks yield first and then look whether any micro-task waits.
	private void tellIfYielding() {
		if (this.tasks.isYielding() && !this.microTasks.hasWaiting()) {
			this.environment.coordination().submit(Command.of(this.tasks::microTasksIdle));
		}
	}

	@Override
	public void bind(Coordination coordination) {
		this.environment.bind(coordination);
	}

	@Override
	public OwnedWork own(WorkOwner owner) {
		return new ServiceWorkload(this, owner);
	}

	@Override
	public void launch() {
		this.environment.threads().launch();
	}

	@Override
	public void clockJumped() {
		this.tasks.clockJumped();
	}

	@Override
	public Function<WorkOwner, List<Refusal>> injection(String source, Object event) {
		if (event == null) {
			throw new IllegalArgumentException(
					"The event that is injected for service '%s' is required: found 'null'".formatted(source));
		}
		return this.events.injection(source, event);
	}

	@Override
	public void releaseCaller() {
		UserCall.forEachOfCaller((call) -> {
			if (call instanceof ScopedCall scoped && scoped.scope().workplace().environment() == this.environment) {
				scoped.letGo();
			}
		});
	}

	@Override
	public void onAdded(Runnable action) {
		this.environment.onAdded(action);
	}

	@Override
	public Workload workload() {
		SlotLoad load = this.microTasks.load();
		return new Workload(this.settings.taskSlots(), this.tasks.running(), this.tasks.queued(), load.limit(),
				load.taken(),
				new Workload.Lines(load.mediumWaiting(), load.lowWaiting(), this.microTasks.waits(Priority.HIGH),
						this.microTasks.waits(Priority.MEDIUM), this.microTasks.waits(Priority.LOW)));
	}

	@Override
	public void limitMicroTasks(int limit) {
		this.microTasks.limit(limit);
	}

	WorkSettings settings() {
		return this.settings;
	}

	WorkEnvironment environment() {
		return this.environment;
	}

	Coordination coordination() {
		return this.environment.coordination();
	}

	TaskQueue tasks() {
		return this.tasks;
	}

	MicroTaskLimiter microTasks() {
		return this.microTasks;
	}

	EventHub events() {
		return this.events;
	}

}
