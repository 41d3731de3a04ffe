// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.ticker;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.Timer;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.internal.work.core.ContextCarrier;
import io.managedservices.internal.work.core.FailingWork;
import io.managedservices.internal.work.core.Unit;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.monitor.WorkSnapshot.LastRun;
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

	private final Tickers tickers;

	private final WorkScope scope;

	private final String name;

	private final long interval;

	private final WorkBody body;

	/** Of whoever made it. */
	private final ContextCarrier context;

	private long asleepInterval = TimerQueue.NEVER;

	/** Instead of the first interval, if it is set. */
	private long initialDelay = TimerQueue.NEVER;

	private long jitter;

	/** How much later the next tick comes. */
	private long later;

	/** From when the interval counts. */
	private long from = TimerQueue.NEVER;

	private @Nullable Tick tick;

	private long ticks;

	private @Nullable Instant lastRun;

	private @Nullable Duration lastDuration;

	private @Nullable Throwable lastFailure;

	private boolean cancelled;

	IntervalTicker(Tickers tickers, WorkScope scope, String name, Duration interval, WorkBody body,
			ContextCarrier context) {
		this.tickers = tickers;
		this.scope = scope;
		this.name = name;
		this.interval = Nanos.interval(interval, "interval", what(scope, name));
		this.body = body;
		this.context = context;
	}

	@Override
	public Ticker whileAsleep(Duration newInterval) {
		long nanos = Nanos.interval(newInterval, "interval while asleep", what(this.scope, this.name));
		coordination().submit(Command.of(() -> {
			this.asleepInterval = nanos;
			adjust();
		}));
		return this;
	}

	@Override
	public Ticker initialDelay(Duration delay) {
		long nanos = Nanos.notNegative(delay, "initial delay", what(this.scope, this.name));
		coordination().submit(Command.of(() -> {
			this.initialDelay = nanos;
			adjust();
		}));
		return this;
	}

	@Override
	public Ticker jitter(Duration longest) {
		long nanos = Nanos.notNegative(longest, "jitter", what(this.scope, this.name));
		coordination().submit(Command.of(() -> {
			this.jitter = nanos;
			this.later = Nanos.upTo(nanos);
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
			this.tickers.remove(this);
			clear();
			this.scope.workplace().failing().gone(WorkKind.TICKER, this.name);
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
			long current = this.scope.workplace().isAsleep() ? this.asleepInterval : nextInterval();
			long due = (current != TimerQueue.NEVER) ? Nanos.later(Nanos.later(this.from, current), this.later)
					: TimerQueue.NEVER;
			coordination().timers().set(this, due);
		}
	}

	private long nextInterval() {
		return (this.ticks == 0 && this.initialDelay != TimerQueue.NEVER) ? this.initialDelay : this.interval;
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
		this.tickers.ticked();
		this.lastDuration = Duration.ofNanos(coordination().now() - ended.begunAt);
		Throwable failure = ended.failure();
		this.lastFailure = failure;
		if (failure != null && !ended.hasTold(failure)) {
			this.scope.workplace().failures().add(WorkKind.TICKER, this.name, failure, Severity.ERROR);
		}
		if (this.scope.isEnded()) {
			this.tickers.remove(this);
		}
		this.from = coordination().now();
		this.later = Nanos.upTo(this.jitter);
		adjust();
		note(failure);
	}

	private void note(@Nullable Throwable failure) {
		FailingWork failing = this.scope.workplace().failing();
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
		this.tickers.remove(this);
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
		return new TickerStatus(this.name, Duration.ofNanos(this.interval), this.ticks, next(),
				new LastRun(this.lastRun, this.lastDuration, this.lastFailure));
	}

	private @Nullable Instant next() {
		return (due() != TimerQueue.NEVER) ? coordination().instant().plusNanos(due() - coordination().now()) : null;
	}

	private Coordination coordination() {
		return this.scope.workplace().coordination();
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
			Surrounding surrounding = surrounding();
			if (surrounding == null || this.ticker.body instanceof Surrounding.Bare) {
				this.ticker.context.run(this.ticker.body);
			}
			else {
				this.ticker.context
					.run(() -> surrounding.run(inner(kind(), name(), true, null, this.ticker.body::run)));
			}
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
