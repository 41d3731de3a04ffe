// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.history;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.actuate.history.LastStopDescriptor.StoppedService;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Records the last stop of all services. Stops of single services do not change it. Safe
 * for use by several threads.
 *
 * @since 0.1.0
 */
public final class StopRecorder implements LifecycleListener {

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private boolean stopping;

	private @Nullable Instant began;

	private @Nullable Duration took;

	private List<String> abandoned = List.of();

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public synchronized void onEvent(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.Stopping) {
			this.entries.clear();
			this.stopping = true;
			this.began = null;
			this.took = null;
			this.abandoned = List.of();
		}
		else if (event instanceof LifecycleEvent.Stopped stopped) {
			this.stopping = false;
			this.took = stopped.duration();
			this.abandoned = stopped.abandoned();
		}
		else if (this.stopping && event instanceof LifecycleEvent.StateChanged changed) {
			moved(changed.service());
		}
	}

	private void moved(ServiceSnapshot service) {
		Instant now = service.since();
		if (service.state() == ServiceState.STOPPING) {
			if (this.began == null) {
				this.began = now;
			}
			this.entries.put(service.name(), new Entry(now, null));
			return;
		}
		this.entries.computeIfPresent(service.name(), (name, entry) -> new Entry(entry.stopping, now));
	}

	/**
	 * The last stop.
	 * @return the stop, or {@code null} if there was none, or no service was running then
	 */
	public synchronized @Nullable LastStopDescriptor last() {
		Instant begin = this.began;
		if (begin == null) {
			return null;
		}
		List<StoppedService> services = this.entries.entrySet()
			.stream()
			.map((entry) -> entry.getValue().shown(entry.getKey(), begin))
			.toList();
		return new LastStopDescriptor(begin, (this.took != null) ? this.took.toMillis() : null, this.abandoned,
				services);
	}

	/**
	 * The stop of one service. Immutable.
	 *
	 * @param stopping when it began
	 * @param stopped when it ended, or {@code null}
	 */
	private record Entry(Instant stopping, @Nullable Instant stopped) {

		StoppedService shown(String name, Instant begin) {
			return new StoppedService(name, Duration.between(begin, this.stopping).toMillis(),
					(this.stopped != null) ? Duration.between(this.stopping, this.stopped).toMillis() : null);
		}

	}

}
