// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.history.LastStartDescriptor.Outcome;
import io.managedservices.actuate.history.LastStartDescriptor.StartedService;
import io.managedservices.internal.drawing.CriticalPath;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Records the last start of all services: what happens to single services afterwards does
 * not change it. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class StartRecorder implements LifecycleListener {

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private @Nullable Instant began;

	private @Nullable Duration took;

	private Outcome outcome = Outcome.STARTING;

	private List<String> criticalPath = List.of();

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.Starting) {
			this.entries.clear();
			this.began = null;
			this.took = null;
			this.outcome = Outcome.STARTING;
			this.criticalPath = List.of();
		}
		else if (event instanceof LifecycleEvent.Started started) {
			ended(started);
		}
		else if (event instanceof LifecycleEvent.StateChanged changed) {
			moved(changed.service());
		}
	}

	private void ended(LifecycleEvent.Started started) {
		this.took = started.duration();
		this.entries.values().forEach(Entry::startEnded);
		if (started.failure() != null) {
			this.outcome = (started.failure() instanceof CancellationException) ? Outcome.CANCELLED : Outcome.FAILED;
			return;
		}
		this.outcome = Outcome.RUNNING;
		Map<String, ServiceSnapshot> services = new LinkedHashMap<>();
		this.entries.forEach((name, entry) -> services.put(name, entry.last));
		this.criticalPath = CriticalPath.of(services).stream().map(ServiceSnapshot::name).toList();
	}

	private void moved(ServiceSnapshot service) {
		if (this.began == null) {
			this.began = service.since();
		}
		Entry entry = (this.took == null) ? this.entries.computeIfAbsent(service.name(), (name) -> new Entry(service))
				: this.entries.get(service.name());
		// Those that are not required may come to run later than the start ends.
		if (entry != null && entry.ended == null && !entry.isOver) {
			entry.moved(service, this::seen);
		}
	}

	private @Nullable ServiceSnapshot seen(String name) {
		Entry entry = this.entries.get(name);
		return (entry != null) ? entry.last : null;
	}

	/**
	 * The last start.
	 * @return the start, or {@code null} if there was none
	 */
	public synchronized @Nullable LastStartDescriptor last() {
		Instant begin = this.began;
		if (begin == null) {
			return null;
		}
		List<StartedService> services = this.entries.values().stream().map((entry) -> entry.shown(begin)).toList();
		return new LastStartDescriptor(begin, (this.took != null) ? this.took.toMillis() : null, this.outcome,
				this.criticalPath, services);
	}

	/**
	 * What has become of one service. Guarded by the recorder.
	 */
	private static final class Entry {

		private ServiceSnapshot last;

		private @Nullable Instant waited;

		private @Nullable String waitedFor;

		private @Nullable Instant started;

		private @Nullable Instant ended;

		private boolean failed;

		/** What becomes of it later has nothing to do with the start. */
		private boolean isOver;

		Entry(ServiceSnapshot service) {
			this.last = service;
		}

		void startEnded() {
			this.isOver = switch (this.last.state()) {
				case NEW, STOPPED, STANDBY -> true;
				default -> false;
			};
		}

		void moved(ServiceSnapshot service, Function<String, @Nullable ServiceSnapshot> others) {
			this.last = service;
			switch (service.state()) {
				case WAITING -> this.waited = (this.waited != null) ? this.waited : service.since();
				case STARTING -> started(service, others);
				case RUNNING, FAILED, STOPPED, STANDBY -> ended(service);
				default -> {
				}
			}
		}

		private void started(ServiceSnapshot service, Function<String, @Nullable ServiceSnapshot> others) {
			if (this.started == null) {
				this.started = service.since();
				ServiceSnapshot last = (this.waited != null) ? CriticalPath.before(service, others) : null;
				this.waitedFor = (last != null) ? last.name() : null;
			}
		}

		private void ended(ServiceSnapshot service) {
			if (this.started != null || service.failure() != null) {
				this.ended = service.since();
				this.failed = service.failure() != null;
			}
		}

		StartedService shown(Instant began) {
			return new StartedService(this.last.name(), millis(began, this.waited), this.waitedFor,
					millis(began, this.started), (this.started != null) ? millis(this.started, this.ended) : null,
					this.last.attempt().number(), this.failed);
		}

		private static @Nullable Long millis(Instant from, @Nullable Instant to) {
			return (to != null) ? Duration.between(from, to).toMillis() : null;
		}

	}

}
