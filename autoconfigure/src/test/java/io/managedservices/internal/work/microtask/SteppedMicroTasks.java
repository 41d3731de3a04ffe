// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.microtask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

/**
 * One service with micro-tasks in virtual time, each of which stays inside user code
 * until it is finished. For use by one thread.
 */
final class SteppedMicroTasks {

	final SteppedWork stepped;

	private final List<MicroTaskRunner> inside = new ArrayList<>();

	private final List<String> begun = new ArrayList<>();

	private @Nullable ServiceWork service;

	private @Nullable ServiceWork other;

	SteppedMicroTasks(int limit) {
		this(0, limit, null);
	}

	SteppedMicroTasks(long seed, int limit, @Nullable UnaryOperator<Runnable> decorator) {
		WorkSettings defaults = WorkSettings.DEFAULTS;
		WorkSettings settings = new WorkSettings(2, defaults.longTask(), limit, defaults.mediumMaxDelay(),
				defaults.lowMaxDelay(), 50, 20);
		this.stepped = new SteppedWork(seed, settings, decorator,
				List.of(SteppedWork.service("db", (context) -> this.service = context.work()),
						SteppedWork.service("other", (context) -> this.other = context.work())))
			.start();
	}

	ServiceWork service() {
		return Objects.requireNonNull(this.service);
	}

	MicroTaskLimiter limiter() {
		return WorkAccess.microTasks(this.stepped.work);
	}

	CompletableFuture<String> start(MicroTask microTask) {
		CompletableFuture<String> future = service().start(microTask, microTask::name);
		run();
		return future;
	}

	/**
	 * Starts one of another service.
	 * @param microTask what it is
	 */
	void startElsewhere(MicroTask microTask) {
		Objects.requireNonNull(this.other).start(microTask, microTask::name);
		run();
	}

	void run() {
		Runnable task = this.stepped.backend.takeTask();
		while (task != null) {
			if (task instanceof MicroTaskRunner runner) {
				hold(runner);
			}
			else {
				task.run();
			}
			task = this.stepped.backend.takeTask();
		}
	}

	private void hold(MicroTaskRunner runner) {
		StartedMicroTask<?> call = runner.current();
		while (call != null) {
			if (HeldCall.begin(call)) {
				this.begun.add(call.microTask.name());
				this.inside.add(runner);
				return;
			}
			HeldCall.leave(call);
			call = runner.proceed();
		}
	}

	/**
	 * Lets time pass, and runs everything that comes due meanwhile.
	 * @param duration how much time
	 */
	void pass(Duration duration) {
		long end = this.stepped.backend.nanoTime() + duration.toNanos();
		while (this.stepped.backend.alarmAt() <= end) {
			this.stepped.backend.advanceTo(this.stepped.backend.alarmAt());
			run();
		}
		this.stepped.backend.advanceTo(end);
		run();
	}

	/**
	 * The names of all that have begun, in that order.
	 * @return the names
	 */
	List<String> begun() {
		return this.begun;
	}

	List<StartedMicroTask<?>> inside() {
		List<StartedMicroTask<?>> calls = new ArrayList<>();
		this.inside.forEach((runner) -> calls.add(Objects.requireNonNull(runner.current())));
		return calls;
	}

	/**
	 * Lets one run its user code and leave, and whatever comes next begin.
	 * @param name its name
	 */
	void finish(String name) {
		for (Iterator<MicroTaskRunner> runners = this.inside.iterator(); runners.hasNext();) {
			MicroTaskRunner runner = runners.next();
			StartedMicroTask<?> call = Objects.requireNonNull(runner.current());
			if (call.microTask.name().equals(name)) {
				runners.remove();
				HeldCall.finish(call);
				runner.proceed();
				hold(runner);
				run();
				return;
			}
		}
		throw new IllegalStateException(name + " is not inside");
	}

	void stop() {
		this.stepped.engine.perform(ServiceAction.DISABLE, "db");
		run();
	}

}
