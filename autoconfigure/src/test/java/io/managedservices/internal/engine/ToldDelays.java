// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows the delays before further attempts by what is told of them, and counts them
 * again from the settings.
 */
final class ToldDelays {

	private final Coordinator coordinator;

	private final Map<String, Series> series = new HashMap<>();

	ToldDelays(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	/**
	 * A service has come into another state.
	 * @param changed how
	 * @param before how many requests there were before, at the latest
	 * @param requests how many requests there were since, at most
	 */
	void changed(LifecycleEvent.StateChanged changed, int before, int requests) {
		ServiceSnapshot service = changed.service();
		if (this.coordinator.roster().find(service.name()) == null) {
			// It is gone by now.
			return;
		}
		Series known = this.series.computeIfAbsent(service.name(), (name) -> new Series());
		if (changed.previous() == ServiceState.BACKOFF && service.state() == ServiceState.STARTING) {
			assertThat(service.attempt().number()).as("attempt of %s", service.name()).isEqualTo(known.attempt + 1);
			if (known.requestsBefore == requests) {
				assertThat(service.since()).as("start of %s", service.name()).isAfterOrEqualTo(known.next);
			}
		}
		switch (service.state()) {
			case RUNNING -> {
				known.runningSince = service.since();
				known.requestsWhenRunning = before;
			}
			case STOPPING -> {
				RestartSettings restart = settings(service).restart();
				known.mayBeginAgain |= changed.previous() == ServiceState.RUNNING
						&& Duration.between(known.runningSince, service.since()).compareTo(restart.window()) > 0;
			}
			case BACKOFF -> backOff(service, known, before, requests);
			default -> {
			}
		}
	}

	private void backOff(ServiceSnapshot service, Series known, int before, int requests) {
		known.attempt = service.attempt().number();
		known.next = Objects.requireNonNull(service.attempt().next());
		known.requestsBefore = before;
		long delay = Duration.between(service.since(), known.next).toMillis();
		if (known.attempt > 0) {
			RetrySettings retry = settings(service).retry();
			assertThat(known.attempt).as("failed attempt of %s", service.name()).isLessThan(service.attempt().total());
			assertThat(delay).as("delay after attempt %d of %s", known.attempt, service.name())
				.isEqualTo(nth(known.attempt, retry.delay(), retry.multiplier(), retry.maxDelay()));
		}
		else {
			RestartSettings.Backoff backoff = settings(service).restart().backoff();
			long least = backoff.delay().toMillis();
			if (!known.mayBeginAgain && known.requestsAtRestart == requests && known.restartDelay >= 0) {
				least = nth(2, Duration.ofMillis(known.restartDelay), backoff.multiplier(), backoff.maxDelay());
			}
			assertThat(delay).as("delay before the restart of %s", service.name())
				.isBetween(least, backoff.maxDelay().toMillis());
			assertThat(isAnyOf(backoff, delay)).as("%d ms before the restart of %s by %s", delay, service, backoff)
				.isTrue();
			known.restartDelay = delay;
			// The delay was decided when it failed; what depends on it was stopped since.
			known.requestsAtRestart = known.requestsWhenRunning;
			known.mayBeginAgain = false;
		}
	}

	private ServiceSettings settings(ServiceSnapshot service) {
		return this.coordinator.existing(service.name()).settings();
	}

	private static boolean isAnyOf(RestartSettings.Backoff backoff, long delay) {
		for (int number = 1; number < 64; number++) {
			if (delay == nth(number, backoff.delay(), backoff.multiplier(), backoff.maxDelay())) {
				return true;
			}
		}
		return false;
	}

	private static long nth(int number, Duration delay, double multiplier, Duration maxDelay) {
		return (long) Math.min(delay.toMillis() * Math.pow(multiplier, number - 1), maxDelay.toMillis());
	}

	/**
	 * What was told of one service last.
	 */
	private static final class Series {

		/** The attempt that had failed, 0 for a run. */
		int attempt;

		@Nullable Instant next;

		int requestsBefore;

		Instant runningSince = Instant.MIN;

		int requestsWhenRunning;

		/** In milliseconds, negative before the first. */
		long restartDelay = -1;

		int requestsAtRestart;

		/** Whether it ran so long that it may begin with the first delay again. */
		boolean mayBeginAgain;

	}

}
