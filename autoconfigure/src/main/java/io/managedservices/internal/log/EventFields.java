// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.text.ProgramMistake;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * What the lines about an event say to machines. The names are safe in all formats of
 * Boot: {@code service} alone would make ECS lose the line. Stateless.
 */
final class EventFields {

	private static final String PREFIX = "managedservice.";

	private EventFields() {
	}

	static Map<String, Object> of(LifecycleEvent event) {
		Map<String, Object> fields = new LinkedHashMap<>();
		put(fields, "event", name(event));
		if (event instanceof LifecycleEvent.StateChanged changed) {
			service(fields, changed.service());
			timing(fields, changed);
			cause(fields, changed.service().failure());
		}
		else if (event instanceof LifecycleEvent.VitalsChanged changed) {
			service(fields, changed.service());
			cause(fields, changed.service().vitals().failure());
		}
		else if (event instanceof LifecycleEvent.StopFailed failed) {
			service(fields, failed.service());
			cause(fields, failed.cause());
		}
		else if (event instanceof LifecycleEvent.ErrorReported reported) {
			service(fields, reported.service());
			cause(fields, reported.cause());
		}
		else if (event instanceof LifecycleEvent.WorkFailed failed) {
			service(fields, failed.service());
			put(fields, "work", failed.failure().what());
			cause(fields, failed.failure().cause());
		}
		else if (event instanceof LifecycleEvent.EpisodeOpened opened) {
			service(fields, opened.service());
			cause(fields, opened.cause());
		}
		else if (event instanceof LifecycleEvent.EpisodeClosed closed) {
			put(fields, "name", closed.root());
			duration(fields, closed.duration());
			cause(fields, closed.cause());
		}
		else {
			others(fields, event);
		}
		return fields;
	}

	private static void others(Map<String, Object> fields, LifecycleEvent event) {
		if (event instanceof LifecycleEvent.ConditionChanged changed) {
			service(fields, changed.service());
		}
		else if (event instanceof LifecycleEvent.Hanging hanging) {
			service(fields, hanging.service());
			put(fields, "work", hanging.method());
			duration(fields, hanging.timeout());
		}
		else if (event instanceof LifecycleEvent.WorkCutOff cutOff) {
			service(fields, cutOff.service());
			put(fields, "work", cutOff.work());
			duration(fields, cutOff.after());
		}
		else if (event instanceof LifecycleEvent.RestartRequested requested) {
			service(fields, requested.service());
		}
		else if (event instanceof LifecycleEvent.ExitRequested requested) {
			service(fields, requested.service());
		}
		else if (event instanceof LifecycleEvent.StillStarting still) {
			duration(fields, still.duration());
		}
		else if (event instanceof LifecycleEvent.Started started) {
			duration(fields, started.duration());
			cause(fields, started.failure());
		}
		else if (event instanceof LifecycleEvent.Quiesced quiesced) {
			duration(fields, quiesced.duration());
		}
		else if (event instanceof LifecycleEvent.ShutdownTimedOut timedOut) {
			duration(fields, timedOut.timeout());
		}
		else if (event instanceof LifecycleEvent.Stopped stopped) {
			duration(fields, stopped.duration());
		}
	}

	// StateChanged is state-changed.
	private static String name(LifecycleEvent event) {
		return event.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
	}

	private static void service(Map<String, Object> fields, ServiceSnapshot service) {
		put(fields, "name", service.name());
		put(fields, "state", service.state().name().toLowerCase(Locale.ROOT));
		if (service.attempt().number() > 0) {
			put(fields, "attempt", service.attempt().number());
		}
		if (service.attempt().next() != null) {
			put(fields, "next-attempt", service.attempt().next().toString());
		}
	}

	private static void timing(Map<String, Object> fields, LifecycleEvent.StateChanged changed) {
		if (changed.service().state() == ServiceState.RUNNING) {
			duration(fields, changed.service().timings().start());
		}
		else if (changed.previous() == ServiceState.STOPPING) {
			duration(fields, changed.service().timings().stop());
		}
	}

	private static void duration(Map<String, Object> fields, @Nullable Duration duration) {
		if (duration != null) {
			put(fields, "duration", duration.toMillis());
		}
	}

	private static void cause(Map<String, Object> fields, @Nullable Throwable cause) {
		if (cause != null) {
			put(fields, "cause", ProgramMistake.type(cause).getName());
		}
	}

	private static void put(Map<String, Object> fields, String name, Object value) {
		fields.put(PREFIX + name, value);
	}

}
