// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.time.TimerQueue;

/**
 * Virtual time, and one thread that plays all threads: what is to be run waits until the
 * simulation picks it, in an order that depends on the seed alone.
 */
public final class SimulatedBackend implements Backend {

	private final Random random;

	private final List<Runnable> tasks = new ArrayList<>();

	private final List<Runnable> clockListeners = new ArrayList<>();

	private @Nullable Runnable alarm;

	private long now = 1_000_000_000L;

	private long alarmAt = TimerQueue.NEVER;

	/** By how much the wall clock is ahead. */
	private Duration jumped = Duration.ZERO;

	public SimulatedBackend(Random random) {
		this.random = random;
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public Instant instant() {
		return Instant.ofEpochSecond(0, this.now).plus(this.jumped);
	}

	/**
	 * Sets the wall clock, and nothing else, to another time.
	 * @param duration by how much, negative for back
	 */
	public void jump(Duration duration) {
		this.jumped = this.jumped.plus(duration);
		List.copyOf(this.clockListeners).forEach(Runnable::run);
	}

	@Override
	public void addClockListener(Runnable listener) {
		this.clockListeners.add(listener);
	}

	@Override
	public void removeClockListener(Runnable listener) {
		this.clockListeners.remove(listener);
	}

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	@Override
	public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
		return this::execute;
	}

	@Override
	public void wakeAt(long nanoTime) {
		this.alarmAt = nanoTime;
	}

	@Override
	public void open(Runnable newAlarm) {
		this.alarm = newAlarm;
		this.alarmAt = TimerQueue.NEVER;
	}

	@Override
	public void close() {
		this.alarm = null;
		this.alarmAt = TimerQueue.NEVER;
	}

	public boolean isOpen() {
		return this.alarm != null;
	}

	/**
	 * Takes one of the waiting tasks at random.
	 * @return the task, or {@code null} if none waits
	 */
	public @Nullable Runnable takeTask() {
		if (this.tasks.isEmpty()) {
			return null;
		}
		int last = this.tasks.size() - 1;
		int index = this.random.nextInt(last + 1);
		Runnable task = this.tasks.get(index);
		this.tasks.set(index, this.tasks.get(last));
		this.tasks.remove(last);
		return task;
	}

	/**
	 * The tasks that wait.
	 * @return a view of them
	 */
	public List<Runnable> tasks() {
		return Collections.unmodifiableList(this.tasks);
	}

	public boolean hasTasks() {
		return !this.tasks.isEmpty();
	}

	public long alarmAt() {
		return this.alarmAt;
	}

	/**
	 * Lets time pass, and rings the alarm if its time has come.
	 * @param time the new time
	 */
	public void advanceTo(long time) {
		this.now = Math.max(this.now, time);
		if (this.alarmAt <= this.now && this.alarm != null) {
			this.alarmAt = TimerQueue.NEVER;
			this.alarm.run();
		}
	}

}
