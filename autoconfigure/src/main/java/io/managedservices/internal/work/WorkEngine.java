// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventRefusedException.Refusal;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.engine.OwnedWork;
import io.managedservices.internal.engine.WorkDriver;
import io.managedservices.internal.engine.WorkOwner;
import io.managedservices.monitor.Workload;
import io.managedservices.work.MicroTask.Priority;

/**
 * The work inside all services of an engine: what they share. Confined to the coordinator
 * where nothing else is said.
 *
 * @since 0.1.0
 */
public final class WorkEngine implements WorkDriver {

	private final WorkSettings settings;

	private final WorkThreads threads;

	private final @Nullable UnaryOperator<Runnable> decorator;

	private final TaskQueue tasks;

	private final MicroTaskLimiter microTasks;

	private final EventHub events;

	private @Nullable Coordination coordination;

	/**
	 * Create what drives the work of one engine.
	 * @param settings its limits
	 * @param backend time and threads, those of the engine
	 * @param decorator carries the context of whoever asks for work to where it is done,
	 * or {@code null} for nothing
	 */
	public WorkEngine(WorkSettings settings, Backend backend, @Nullable UnaryOperator<Runnable> decorator) {
		this.settings = settings;
		this.threads = new WorkThreads(backend, settings.maxThreads());
		this.decorator = decorator;
		this.tasks = new TaskQueue(this);
		this.microTasks = new MicroTaskLimiter(this);
		this.events = new EventHub(this);
	}

	@Override
	public void bind(Coordination coordination) {
		this.coordination = coordination;
	}

	@Override
	public OwnedWork own(WorkOwner owner) {
		return new ServiceWorkload(this, owner);
	}

	@Override
	public void launch() {
		this.threads.launch();
	}

	@Override
	public void clockJumped() {
		this.tasks.times().clockJumped();
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
			if (call instanceof Unit unit && unit.scope.workload().engine() == this) {
				unit.release();
				coordination().submit(Command.of(() -> unit.scope.release(unit)));
			}
			else if (call instanceof MicroTaskCall microTask && microTask.limiter() == this.microTasks) {
				microTask.release();
				this.microTasks.inside().remove(microTask);
				coordination().submit(Command.of(microTask.scope::lookWhetherOver));
			}
		});
	}

	@Override
	public Workload workload() {
		return new Workload(this.settings.taskSlots(), this.tasks.running(), this.tasks.queued(),
				this.microTasks.limit(), this.microTasks.running(), this.microTasks.mediumWaiting(),
				this.microTasks.lowWaiting(), this.microTasks.waits(Priority.HIGH),
				this.microTasks.waits(Priority.MEDIUM), this.microTasks.waits(Priority.LOW));
	}

	@Override
	public void limitMicroTasks(int limit) {
		this.microTasks.limit(limit);
	}

	WorkSettings settings() {
		return this.settings;
	}

	WorkThreads threads() {
		return this.threads;
	}

	Coordination coordination() {
		return Objects.requireNonNull(this.coordination);
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

	@Nullable UnaryOperator<Runnable> decorator() {
		return this.decorator;
	}

	/**
	 * The context of the calling thread.
	 * @return the context
	 */
	ContextCarrier captureContext() {
		return ContextCarrier.capture(this.decorator);
	}

}
