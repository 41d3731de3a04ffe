// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.ticker;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.Tally;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;
import io.managedservices.work.WorkKind;

/**
 * The tickers of a service. Confined to the coordinator, but for {@link #create} and
 * {@link #ticks}.
 *
 * @since 0.1.0
 */
public final class Tickers implements KindOfWork {

	private final Workplace workplace;

	/** Those of the present incarnation. */
	private final Set<IntervalTicker> tickers = new LinkedHashSet<>();

	private final Tally ticks = new Tally();

	/**
	 * Create tickers.
	 * @param workplace that of the service
	 */
	public Tickers(Workplace workplace) {
		this.workplace = workplace;
	}

	/**
	 * A ticker that begins when the service runs. Any thread may ask.
	 * @param scope the work that it belongs to
	 * @param name its name
	 * @param interval how often it ticks
	 * @param body what it does
	 * @return the ticker
	 */
	public Ticker create(WorkScope scope, String name, Duration interval, WorkBody body) {
		IntervalTicker ticker = new IntervalTicker(this, scope, name, interval, body,
				this.workplace.environment().captureContext());
		this.workplace.coordination().submit(Command.of(() -> add(scope, ticker)));
		this.workplace.environment().added();
		return ticker;
	}

	private void add(WorkScope scope, IntervalTicker ticker) {
		if (scope.isEnded()) {
			return;
		}
		this.tickers.add(ticker);
		if (scope.isRunning()) {
			ticker.begin();
		}
	}

	void remove(IntervalTicker ticker) {
		this.tickers.remove(ticker);
	}

	@Override
	public void running() {
		this.tickers.forEach(IntervalTicker::begin);
	}

	@Override
	public void sleepChanged() {
		this.tickers.forEach(IntervalTicker::adjust);
	}

	@Override
	public void ending(WorkScope scope) {
		this.tickers.forEach(IntervalTicker::clear);
		// One whose tick hangs is shown until that has left.
		this.tickers.removeIf((ticker) -> !ticker.isTicking());
	}

	@Override
	public @Nullable String activity() {
		return this.tickers.isEmpty() ? null : WorkKind.TICKER + " '" + this.tickers.iterator().next().name() + "'";
	}

	void ticked() {
		this.ticks.add(1);
	}

	/**
	 * How many ticks have ended. Any thread may ask.
	 * @return their number
	 */
	public long ticks() {
		return this.ticks.get();
	}

	public List<TickerStatus> statuses() {
		return this.tickers.stream().map(IntervalTicker::status).toList();
	}

}
