package io.managedservices.work;

import java.time.Duration;
import java.util.List;

import io.managedservices.Ticker;
import io.managedservices.WorkBody;
import io.managedservices.WorkSnapshot.TickerStatus;

/**
 * The tickers of a service. Confined to the coordinator. Stub.
 */
final class Tickers {

	Tickers(ServiceWorkload workload) {
	}

	Ticker create(WorkScope scope, String name, Duration interval, WorkBody body) {
		throw new UnsupportedOperationException("Not built yet");
	}

	void begin() {
	}

	void sleepChanged() {
	}

	List<TickerStatus> statuses() {
		return List.of();
	}

}
