// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;
import io.managedservices.work.WorkKind;

/**
 * A ticker of one incarnation, and the timer of its next tick. Any thread asks; what
 * follows is confined to the coordinator.
 */
final class IntervalTicker extends Timer implements Ticker {

	private final WorkScope scope;

	private final String name;

	private final long interval;

	private final WorkBody body;

	/** Of whoever made it. */
	private final ContextCarrier context;

	private long asleepInterval = TimerQueue.NEVER;

	/** From when the interval counts. */
	private long from = TimerQueue.NEVER;

	private @Nullable Tick tick;

	private long ticks;

	private @Nullable Instant lastRun;

	private @Nullable Duration lastDuration;

	private @Nullable Throwable lastFailure;

	private boolean cancelled;

	IntervalTicker(WorkScope scope, String name, Duration interval, WorkBody body, ContextCarrier context) {
		this.scope = scope;
		this.name = name;
		this.interval = Nanos.positive(interval, "interval", what(scope, name));
		this.body = body;
		this.context = context;
	}

	@Override
	public Ticker whileAsleep(Duration newInterval) {
		long nanos = Nanos.positive(newInterval, "interval while asleep", what(this.scope, this.name));
		coordination().submit(Command.of(() -> {
			this.asleepInterval = nanos;
			adjust();
		}));
		return this;
	}

	@Override
	public void cancel() {
		Tick current = this.tick;
		// If it is so, this thread is sure to see it, although it is not the coordinator.
		boolean byItself = current != null && current.isInsideOnCaller();
		coordination().submit(Command.of(() -> {
			this.cancelled = true;
			this.scope.workload().tickers().remove(this);
			clear();
			this.scope.workload().failing().gone(WorkKind.TICKER, this.name);
			if (this.tick != null && !byItself) {
				this.scope.cancel(this.tick);
			}
		}));
	}

	/**
	 * The service has come to run, or this was made while it runs.
	 */
	void begin() {
		if (this.from == TimerQueue.NEVER) {
			this.from = coordination().now();
			adjust();
		}
	}

	/**
	 * Sets the time of the next tick, by whether the service sleeps.
	 */
	void adjust() {
		if (this.from != TimerQueue.NEVER && this.tick == null && !this.cancelled && !this.scope.isEnded()) {
			long current = this.scope.workload().isAsleep() ? this.asleepInterval : this.interval;
			long due = (current != TimerQueue.NEVER) ? Nanos.later(this.from, current) : TimerQueue.NEVER;
			coordination().timers().set(this, due);
		}
	}

	@Override
	protected void fire() {
		Tick next = new Tick(this);
		// Before it begins, so that it sees itself.
		this.tick = next;
		if (this.scope.execute(next)) {
			this.lastRun = coordination().instant();
			this.lastDuration = null;
			this.lastFailure = null;
		}
		else {
			this.tick = null;
		}
	}

	private void ended(Tick ended) {
		this.tick = null;
		this.ticks++;
		this.scope.workload().figures().ticked();
		this.lastDuration = Duration.ofNanos(coordination().now() - ended.begunAt);
		Throwable failure = ended.failure();
		this.lastFailure = failure;
		if (failure != null && !ended.hasTold(failure)) {
			this.scope.workload().failures().add(WorkKind.TICKER, this.name, failure, Severity.ERROR);
		}
		if (this.scope.isEnded()) {
			this.scope.workload().tickers().remove(this);
		}
		this.from = coordination().now();
		adjust();
		note(failure);
	}

	private void note(@Nullable Throwable failure) {
		FailingWork failing = this.scope.workload().failing();
		if (this.cancelled || this.scope.isEnded()) {
			failing.gone(WorkKind.TICKER, this.name);
		}
		else if (failure == null) {
			failing.passed(WorkKind.TICKER, this.name);
		}
		else {
			failing.failed(WorkKind.TICKER, this.name, failure, next());
		}
	}

	private void withdrawn() {
		this.tick = null;
		this.scope.workload().tickers().remove(this);
	}

	boolean isTicking() {
		return this.tick != null;
	}

	void clear() {
		coordination().timers().remove(this);
	}

	String name() {
		return this.name;
	}

	TickerStatus status() {
		return new TickerStatus(this.name, Duration.ofNanos(this.interval), this.ticks, next(), this.lastRun,
				this.lastDuration, this.lastFailure);
	}

	private @Nullable Instant next() {
		return (due() != TimerQueue.NEVER) ? coordination().instant().plusNanos(due() - coordination().now()) : null;
	}

	private Coordination coordination() {
		return this.scope.workload().coordination();
	}

	private static String what(WorkScope scope, String name) {
		return "ticker '%s' of service '%s'".formatted(name, scope.serviceName());
	}

	/**
	 * One tick.
	 */
	private static final class Tick extends Unit {

		private final IntervalTicker ticker;

		private final long begunAt;

		Tick(IntervalTicker ticker) {
			super(ticker.scope, WorkKind.TICKER, ticker.name);
			this.ticker = ticker;
			this.begunAt = ticker.coordination().now();
		}

		@Override
		protected void body() throws Exception {
			this.ticker.context.run(this.ticker.body);
		}

		@Override
		protected void ended(@Nullable Throwable thrown) {
			this.ticker.ended(this);
		}

		@Override
		protected void withdrawn() {
			this.ticker.withdrawn();
		}

	}

}
