// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.HeldCall;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.work.SteppedWork;
import io.managedservices.internal.work.WorkAccess;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.ServiceTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Some services whose tasks are asked for, scheduled and cancelled at random, while the
 * services are stopped, started and put to sleep: compared with a {@link TaskModel} after
 * each step.
 */
final class TaskSimulation {

	private static final int STEPS = 200;

	private final Random random;

	private final SteppedWork stepped;

	private final TaskModel model;

	private final int services;

	private final List<IncarnationTask> tasks = new ArrayList<>();

	private final List<TaskRun> inside = new ArrayList<>();

	private int created;

	private int runs;

	TaskSimulation(long seed) {
		this.random = new Random(seed);
		this.services = 1 + this.random.nextInt(3);
		List<ServiceDefinition> definitions = new ArrayList<>();
		for (int number = 0; number < this.services; number++) {
			definitions.add(SteppedWork.service("s" + number, this::started));
		}
		WorkSettings defaults = WorkSettings.DEFAULTS;
		int slots = 1 + this.random.nextInt(3);
		Duration longTask = Duration.ofSeconds(5 + this.random.nextInt(40));
		this.stepped = new SteppedWork(seed, new WorkSettings(slots, longTask, defaults.microTaskLimit(),
				defaults.mediumMaxDelay(), defaults.lowMaxDelay(), defaults.maxThreads(), defaults.failuresKept()),
				null, definitions);
		this.model = new TaskModel(slots, longTask.toNanos());
		WorkAccess.tasks(this.stepped.work).yieldTo(() -> this.model.microTasksWait);
	}

	private void started(ServiceContext context) {
		for (int count = 1 + this.random.nextInt(4); count > 0; count--) {
			IncarnationTask task = (IncarnationTask) context.work().task("t" + this.created++, this::body);
			this.tasks.add(task);
			if (this.random.nextInt(3) == 0) {
				Duration maxDelay = Duration.ofNanos(1 + this.random.nextLong(30_000_000_000L));
				this.model.limited(task, maxDelay.toNanos());
				task.maxDelay(maxDelay);
			}
			if (this.random.nextBoolean()) {
				ask(task);
			}
		}
	}

	private void body(ServiceTask task) {
		this.runs++;
		if (this.random.nextInt(6) == 0) {
			ask((IncarnationTask) task);
		}
		if (this.random.nextInt(6) == 0) {
			throw new IllegalStateException("as it happens");
		}
	}

	int run() {
		this.stepped.engine.start();
		for (int step = 0; step < STEPS; step++) {
			this.model.nextStep(now());
			act();
			this.model.check();
			this.model.nextStep(now());
			pass(now());
		}
		end();
		return this.runs;
	}

	private void act() {
		switch (this.random.nextInt(20)) {
			case 0, 1, 2, 3, 4 -> askAny();
			case 5, 6, 7, 8, 9 -> onThread();
			case 10, 11, 12 -> finish();
			case 13, 14 -> pass(now() + this.random.nextLong(20_000_000_000L));
			case 15 -> pass(now() + 1);
			case 16 -> microTasks(!this.model.microTasksWait && this.random.nextInt(3) == 0);
			case 17 -> operate(this.random.nextBoolean() ? ServiceAction.START : ServiceAction.STOP);
			case 18 -> operate(ServiceAction.START);
			default -> sleep();
		}
	}

	private void askAny() {
		if (!this.tasks.isEmpty()) {
			// Rather one of those that are new: the others are gone by and by.
			int latest = this.tasks.size() - 1 - this.random.nextInt(Math.min(8, this.tasks.size()));
			ask(this.tasks.get(latest));
		}
	}

	private void ask(IncarnationTask task) {
		switch (this.random.nextInt(16)) {
			case 0, 1, 2, 3 -> {
				this.model.asked(task, TaskPriority.NORMAL);
				task.queue();
			}
			case 4, 5, 6 -> {
				this.model.asked(task, TaskPriority.PRIORITIZED);
				task.queuePrioritized();
			}
			case 7, 8 -> {
				this.model.asked(task, TaskPriority.ASAP);
				task.startAsap();
			}
			case 9, 10, 11 -> {
				long time = now() - 5_000_000_000L + this.random.nextLong(40_000_000_000L);
				this.model.scheduled(task, time);
				task.schedule(Nanos.instant(time));
			}
			case 12 -> {
				Duration interval = Duration.ofNanos(1_000_000 + this.random.nextLong(60_000_000_000L));
				this.model.repeats(task, interval.toNanos());
				task.repeat(interval);
			}
			case 13 -> {
				Duration delay = Duration.ofNanos(1_000_000 + this.random.nextLong(60_000_000_000L));
				this.model.repeatsAfter(task, delay.toNanos());
				task.fixedDelay(delay);
			}
			case 14 -> {
				this.model.unscheduled(task);
				task.unschedule();
			}
			default -> {
				if (this.random.nextInt(3) == 0) {
					this.model.cancelled(task);
					task.cancel();
				}
			}
		}
	}

	private void onThread() {
		Runnable taken = this.stepped.backend.takeTask();
		if (!(taken instanceof TaskRun run)) {
			if (taken != null) {
				taken.run();
			}
		}
		else if (HeldCall.begin(run)) {
			this.model.entered(run);
			this.inside.add(run);
		}
		else {
			run.run();
		}
	}

	private void finish() {
		if (!this.inside.isEmpty()) {
			TaskRun run = this.inside.remove(this.random.nextInt(this.inside.size()));
			HeldCall.finish(run);
			this.model.left(run);
		}
	}

	/** Rings the alarm at each time that was set, up to another time. */
	private void pass(long time) {
		while (this.stepped.backend.alarmAt() <= time) {
			this.stepped.backend.advanceTo(this.stepped.backend.alarmAt());
			this.model.nextStep(now());
			this.model.check();
		}
		this.stepped.backend.advanceTo(time);
	}

	private void microTasks(boolean wait) {
		boolean idle = this.model.microTasksWait && !wait;
		this.model.microTasksWait = wait;
		if (idle && WorkAccess.tasks(this.stepped.work).isYielding()) {
			WorkAccess.coordination(this.stepped.work)
				.submit(Command.of(WorkAccess.tasks(this.stepped.work)::microTasksIdle));
		}
	}

	private void operate(ServiceAction action) {
		this.stepped.engine.perform(action, anyService());
	}

	private void sleep() {
		if (this.random.nextInt(3) == 0) {
			this.stepped.engine.sleep(anyService());
		}
		else {
			this.stepped.engine.wake(anyService());
		}
	}

	private String anyService() {
		return "s" + this.random.nextInt(this.services);
	}

	/** Whatever was asked for runs in the end. */
	private void end() {
		this.model.nextStep(now());
		microTasks(false);
		this.stepped.engine.wake();
		this.model.check();
		for (int round = 0; round < 1000
				&& (this.model.anyWaits() || !this.inside.isEmpty() || this.stepped.backend.hasTasks()); round++) {
			this.model.nextStep(now());
			if (this.stepped.backend.hasTasks()) {
				onThread();
			}
			else {
				finish();
			}
			this.model.check();
		}
		assertThat(this.model.anyWaits()).as("something still waits").isFalse();
		assertThat(this.stepped.work.workload().tasksQueued()).isZero();
		assertThat(this.stepped.work.workload().tasksRunning()).isZero();
	}

	private long now() {
		return this.stepped.backend.nanoTime();
	}

}
