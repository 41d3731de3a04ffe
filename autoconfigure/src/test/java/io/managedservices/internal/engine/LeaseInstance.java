// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.BatchExecutor;
import io.managedservices.internal.engine.LeaseCluster.Fault;
import io.managedservices.internal.engine.lease.LeaseSettings;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseTimes;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

/**
 * An instance of a {@link LeaseCluster}: an engine with one service, on a clock that runs
 * up to a tenth slower or faster than that of the store. For use by one thread.
 */
final class LeaseInstance implements Backend, LeaseStore {

	private static final long MILLI = 1_000_000L;

	/** How often the service acts. */
	private static final Duration TICK = Duration.ofMillis(300);

	private final LeaseCluster cluster;

	private final int id;

	private final double rate;

	private final long offset;

	private final ServiceEngine engine;

	private final List<Runnable> clockListeners = new ArrayList<>();

	private final List<Runnable> held = new ArrayList<>();

	private @Nullable Runnable alarm;

	private long alarmAt = TimerQueue.NEVER;

	private boolean frozen;

	private long frozenAt;

	private long stoodStill;

	private boolean dead;

	private boolean cut;

	private boolean broken;

	/** By how much later a request seems to be made. */
	private long skew;

	LeaseInstance(LeaseCluster cluster, int id) {
		this.cluster = cluster;
		this.id = id;
		this.rate = 0.9 + cluster.random.nextDouble() * 0.2;
		this.offset = cluster.upTo(Duration.ofDays(1).toNanos());
		TestService service = TestService.named("poller")
			.lease("polls")
			.stopTimeout(Duration.ofNanos(LeaseCluster.LONGEST_ACT))
			.retry(new RetrySettings(-1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ZERO, List.of()))
			.start((context) -> {
				if (this.broken) {
					throw new IllegalStateException("broken");
				}
				cluster.act(this);
				context.work().every("act", TICK, () -> cluster.act(this));
			})
			.stop((context) -> cluster.stopped(this));
		this.engine = new ServiceEngine(ServiceGraph.of(List.of(service.build())), EngineSettings.DEFAULTS, this,
				new WorkEngine(WorkSettings.DEFAULTS, this, null));
		// The store keeps it for a shorter time than it is asked for, where there is to
		// be no margin.
		Duration duration = (cluster.fault == Fault.NO_MARGIN) ? LeaseCluster.LEASE.multipliedBy(10).dividedBy(9)
				: LeaseCluster.LEASE;
		this.engine.keepLeases(() -> this,
				new LeaseSettings(LeaseTimes.of(duration), Map.of(), Duration.ofMillis(500), false));
	}

	@Override
	public String toString() {
		return this.id + " (rate " + this.rate + ")";
	}

	void start() {
		this.engine.start();
	}

	void stop() {
		if (!this.dead) {
			this.engine.stop();
		}
	}

	boolean isRunning() {
		return this.engine.snapshot("poller").state() == ServiceState.RUNNING;
	}

	void release() {
		whileItLives(() -> this.engine.perform(ServiceAction.RELEASE, "poller"));
	}

	void fail() {
		whileItLives(() -> this.engine.perform(ServiceAction.FAIL, "poller"));
	}

	private void whileItLives(Runnable action) {
		if (!this.frozen && !this.dead) {
			action.run();
		}
	}

	void breakFor(long time) {
		this.broken = true;
		this.cluster.after(time, () -> this.broken = false);
	}

	void cut(long time) {
		this.cut = true;
		this.cluster.after(time, () -> this.cut = false);
	}

	void kill() {
		this.dead = true;
	}

	void freeze(long time) {
		if (!this.frozen && !this.dead) {
			this.frozen = true;
			this.frozenAt = local();
			this.cluster.after(time, this::thaw);
		}
	}

	void thaw() {
		if (!this.frozen) {
			return;
		}
		this.frozen = false;
		this.stoodStill += local() - this.frozenAt;
		List<Runnable> tasks = List.copyOf(this.held);
		this.held.clear();
		tasks.forEach((task) -> run(this.cluster.upTo(20 * MILLI), task));
		run(this.cluster.upTo(50 * MILLI), () -> List.copyOf(this.clockListeners).forEach(Runnable::run));
		setAlarm();
	}

	// What is due is done later while the process is frozen, and never once it is dead.
	private void run(long delay, Runnable task) {
		this.cluster.after(delay, () -> {
			if (this.frozen) {
				this.held.add(task);
			}
			else if (!this.dead) {
				task.run();
			}
		});
	}

	private long local() {
		return this.offset + (long) (this.cluster.now * this.rate);
	}

	@Override
	public long nanoTime() {
		return (this.frozen ? this.frozenAt : local()) - this.stoodStill;
	}

	@Override
	public long monotonicTime() {
		return (this.cluster.fault == Fault.PROCESS_TIME) ? nanoTime() : local() + this.skew;
	}

	@Override
	public Instant instant() {
		return Instant.ofEpochSecond(0, monotonicTime());
	}

	@Override
	public void execute(Runnable task) {
		run(this.cluster.upTo(10 * MILLI), task);
	}

	@Override
	public BatchExecutor executor(String kind, int maxThreads, boolean brief) {
		return this::execute;
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
	public void wakeAt(long nanoTime) {
		this.alarmAt = nanoTime;
		setAlarm();
	}

	private void setAlarm() {
		long at = this.alarmAt;
		if (at != TimerQueue.NEVER) {
			long delay = (long) Math.max((at - nanoTime()) / this.rate, 0) + 1;
			run(delay, () -> ring(at));
		}
	}

	private void ring(long at) {
		Runnable current = this.alarm;
		if (at == this.alarmAt && current != null) {
			if (nanoTime() < at) {
				setAlarm();
				return;
			}
			this.alarmAt = TimerQueue.NEVER;
			current.run();
		}
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

	/**
	 * Asks the store: the request is under way for some time, and so is its answer.
	 * Either may be lost, which is known after a time.
	 */
	@Override
	public <T> void request(Callable<@Nullable T> request, BiConsumer<@Nullable T, @Nullable Throwable> answered) {
		long there = delay();
		long back = delay();
		IllegalStateException lost = new IllegalStateException("no answer");
		if (this.cut || this.cluster.away || isLost()) {
			run(delay(), () -> answered.accept(null, lost));
			return;
		}
		// The store works on, whatever becomes of whoever has asked.
		this.cluster.after(there, () -> {
			T answer = null;
			Throwable failure = null;
			try {
				answer = request.call();
			}
			catch (Exception ex) {
				failure = ex;
			}
			T result = answer;
			Throwable cause = failure;
			boolean answerLost = this.cut || isLost();
			run(back, () -> answered.accept(answerLost ? null : result, answerLost ? lost : cause));
		});
	}

	private boolean isLost() {
		return this.cluster.random.nextInt(50) == 0 && !this.cluster.calm;
	}

	private long delay() {
		if (this.cluster.calm) {
			return this.cluster.upTo(20 * MILLI);
		}
		return switch (this.cluster.random.nextInt(20)) {
			case 0 -> this.cluster.upTo(LeaseCluster.LEASE.toNanos());
			case 1, 2 -> this.cluster.upTo(3000 * MILLI);
			default -> this.cluster.upTo(20 * MILLI);
		};
	}

	@Override
	public Map<String, Holder> look(Collection<String> names) {
		boolean free = this.cluster.row.isFree(this.cluster.now);
		return Map.of("polls", free ? Holder.NOBODY : new Holder(false, String.valueOf(this.cluster.row.by()), null));
	}

	@Override
	public @Nullable StoredLease acquire(String name, Duration duration) {
		LeaseCluster.LeaseRow row = this.cluster.row;
		return row.isFree(this.cluster.now) ? new Held(row.take(this, this.cluster.now)) : null;
	}

	@Override
	public BatchExecutor ownThreads(String kind, int maxThreads) {
		return (task) -> execute(() -> {
			if (this.cluster.fault == Fault.FROM_THE_ANSWER) {
				// As if it was asked when the answer has come.
				this.skew = LeaseCluster.LEASE.toNanos();
			}
			task.run();
			this.skew = 0;
		});
	}

	/**
	 * The lease that it holds.
	 */
	private final class Held implements StoredLease {

		private final long fence;

		Held(long fence) {
			this.fence = fence;
		}

		@Override
		public @Nullable StoredLease extend(Duration duration) {
			boolean extended = extendTo(LeaseCluster.LEASE.toNanos());
			return extended ? this : null;
		}

		private boolean extendTo(long duration) {
			return LeaseInstance.this.cluster.row.extend(LeaseInstance.this, this.fence, LeaseInstance.this.cluster.now,
					duration);
		}

		@Override
		public void release() {
			boolean unused = extendTo(0);
		}

		@Override
		public Long fence() {
			return this.fence;
		}

	}

}
