// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.work.Ticker;
import io.managedservices.work.WorkBody;

/**
 * The tickers of a service. Confined to the coordinator, but for {@link #create}.
 */
final class Tickers {

	private final ServiceWorkload workload;

	/** Those of the present incarnation. */
	private final Set<IntervalTicker> tickers = new LinkedHashSet<>();

	/** The incarnation whose end is waited for. */
	private @Nullable WorkScope watched;

	Tickers(ServiceWorkload workload) {
		this.workload = workload;
	}

	Ticker create(WorkScope scope, String name, Duration interval, WorkBody body) {
		IntervalTicker ticker = new IntervalTicker(scope, name, interval, body,
				this.workload.engine().captureContext());
		this.workload.coordination().submit(Command.of(() -> add(scope, ticker)));
		return ticker;
	}

	private void add(WorkScope scope, IntervalTicker ticker) {
		if (scope.isEnded()) {
			return;
		}
		if (this.watched != scope) {
			this.watched = scope;
			scope.onEnd(this::end);
		}
		this.tickers.add(ticker);
		if (scope.isRunning()) {
			ticker.begin();
		}
	}

	void remove(IntervalTicker ticker) {
		this.tickers.remove(ticker);
	}

	void begin() {
		this.tickers.forEach(IntervalTicker::begin);
	}

	void sleepChanged() {
		this.tickers.forEach(IntervalTicker::adjust);
	}

	private void end() {
		this.tickers.forEach(IntervalTicker::clear);
		// One whose tick hangs is shown until that has left.
		this.tickers.removeIf((ticker) -> !ticker.isTicking());
	}

	/**
	 * One of them.
	 * @return its name, or {@code null} if there is none
	 */
	@Nullable String first() {
		return this.tickers.isEmpty() ? null : this.tickers.iterator().next().name();
	}

	List<TickerStatus> statuses() {
		return this.tickers.stream().map(IntervalTicker::status).toList();
	}

}
