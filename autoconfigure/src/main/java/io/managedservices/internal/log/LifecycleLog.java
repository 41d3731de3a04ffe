// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;

import io.managedservices.ManagedServices;
import io.managedservices.internal.line.LineFields;
import io.managedservices.internal.line.LineLog;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Logs what happens to services: a line for each one that starts, is retried, fails or
 * stops, and a summary at the end of the start and of the stop. With more than
 * {@value #MANY} services those that start and stop are logged at DEBUG, and the summary
 * names the slowest. What happens again and again is logged when it begins and when it
 * changes, then at growing distances with how often it happened. Told one event at a
 * time, as listeners are.
 *
 * @since 0.1.0
 */
public final class LifecycleLog implements LifecycleListener {

	private static final Log logger = LineLog.of("io.managedservices.lifecycle");

	private static final int MANY = 50;

	private final ManagedServices services;

	private final Map<String, ServiceSnapshot> known = new LinkedHashMap<>();

	private final ServiceLines lines;

	private final ShutdownLines shutdownLines = new ShutdownLines(logger);

	private final LeaseLines leases = new LeaseLines(logger);

	private boolean many;

	private StopSummary stop = new StopSummary(List.of());

	/**
	 * Create a log.
	 * @param services the services, which need not exist yet
	 * @param nanoTime the time, in nanoseconds
	 */
	public LifecycleLog(ManagedServices services, LongSupplier nanoTime) {
		this.services = services;
		this.lines = new ServiceLines(logger, nanoTime);
	}

	@Override
	public boolean supportsExposedEvents() {
		return false;
	}

	@Override
	public void onEvent(LifecycleEvent event) {
		this.lines.look();
		LineFields.with(() -> EventFields.of(event), () -> log(event));
	}

	private void log(LifecycleEvent event) {
		if (event instanceof LifecycleEvent.ServiceRegistered registered) {
			this.known.put(registered.service().name(), registered.service());
		}
		else if (event instanceof LifecycleEvent.ServiceUnregistered unregistered) {
			this.known.remove(unregistered.service().name());
			this.lines.unregistered(unregistered.service());
		}
		else if (event instanceof LifecycleEvent.StateChanged changed) {
			this.known.put(changed.service().name(), changed.service());
			this.lines.stateChanged(changed.previous(), changed.service());
		}
		else if (event instanceof LifecycleEvent.VitalsChanged changed) {
			this.known.put(changed.service().name(), changed.service());
			this.lines.vitalsChanged(changed.service());
		}
		else if (event instanceof LifecycleEvent.StopFailed failed) {
			this.lines.stopFailed(failed);
			this.stop.stopFailed(failed);
		}
		else if (event instanceof LifecycleEvent.Hanging hanging) {
			this.lines.hanging(hanging);
		}
		else if (event instanceof LifecycleEvent.WorkCutOff cutOff) {
			this.lines.cutOff(cutOff);
		}
		else if (event instanceof LifecycleEvent.RestartRequested requested) {
			this.lines.restartRequested(requested);
		}
		else if (event instanceof LifecycleEvent.ExitRequested requested) {
			this.lines.exitRequested(requested);
		}
		else if (event instanceof LifecycleEvent.EpisodeOpened opened) {
			this.lines.episodeOpened(opened);
		}
		else if (event instanceof LifecycleEvent.EpisodeClosed closed) {
			this.lines.episodeClosed(closed);
		}
		else if (event instanceof LifecycleEvent.ConditionChanged changed) {
			this.lines.conditionChanged(changed);
		}
		else if (event instanceof LifecycleEvent.ErrorReported reported) {
			this.lines.errorReported(reported);
		}
		else if (event instanceof LifecycleEvent.WorkFailed failed) {
			this.lines.workFailed(failed);
		}
		else if (event instanceof LifecycleEvent.LeaseChanged changed) {
			this.leases.changed(changed);
		}
		else if (event instanceof LifecycleEvent.LeaseStoreChanged changed) {
			this.leases.storeChanged(changed);
		}
		else if (event instanceof LifecycleEvent.Starting starting) {
			this.many = starting.services() > MANY;
			this.lines.begin(this.many);
			this.services.snapshots().forEach((service) -> this.known.put(service.name(), service));
		}
		else if (event instanceof LifecycleEvent.StillStarting still) {
			logger.info(new StartDelay(this.known, still.duration()).describe());
		}
		else if (event instanceof LifecycleEvent.Started started) {
			started(new StartSummary(this.known, started.duration(), started.failure()));
		}
		else if (event instanceof LifecycleEvent.Quiesced quiesced) {
			this.shutdownLines.quiesced(quiesced);
		}
		else if (event instanceof LifecycleEvent.ShutdownTimedOut timedOut) {
			this.shutdownLines.timedOut(timedOut);
		}
		else if (event instanceof LifecycleEvent.Stopping) {
			this.stop = new StopSummary(this.known.values());
		}
		else if (event instanceof LifecycleEvent.Stopped stopped) {
			this.lines.end();
			this.stop.stopped(stopped, logger);
			this.known.clear();
		}
	}

	private void started(StartSummary summary) {
		if (summary.isFailure()) {
			logger.error(summary.describe(this.many));
		}
		else if (!this.known.isEmpty()) {
			logger.info(summary.describe(this.many));
		}
	}

}
