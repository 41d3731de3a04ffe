// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineText;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.internal.line.RepeatedLog.Level;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

/**
 * Logs a line for what happens to a single service. Told one event at a time.
 */
final class ServiceLines {

	private static final int MAX_NAMES = 20;

	private final Log logger;

	/** For what may happen again and again. */
	private final RepeatedLog repeated;

	/** What the stop of a service failed with, until its failure is logged. */
	private final Map<String, Throwable> stopFailures = new HashMap<>();

	/** What each service that is tried again failed with. */
	private final Map<String, FailedAttempts> startFailures = new HashMap<>();

	/** The services that were stopped by a restart that a service asked for. */
	private final Set<String> restarted = new HashSet<>();

	private final LoggedFailures failures = new LoggedFailures();

	/** The services that were reported not to be ready or healthy, but by a condition. */
	private final Set<String> unwell = new HashSet<>();

	private boolean brief;

	/** How many failures at run time are not over. */
	private int episodes;

	/** The services that a failure took down, until they run again. */
	private final Set<String> takenDown = new HashSet<>();

	/**
	 * A service is forgotten.
	 * @param service the service
	 */
	void unregistered(ServiceSnapshot service) {
		this.stopFailures.remove(service.name());
		this.unwell.remove(service.name());
		this.takenDown.remove(service.name());
		this.restarted.remove(service.name());
		this.startFailures.remove(service.name());
		this.failures.forget(service.name());
	}

	/**
	 * Create lines.
	 * @param logger where they are written
	 * @param nanoTime the time, in nanoseconds
	 */
	ServiceLines(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.repeated = new RepeatedLog(logger, nanoTime);
	}

	/**
	 * Logs what is due of what happened often.
	 */
	void look() {
		this.repeated.look();
	}

	/**
	 * All are stopped: sums up what happened often.
	 */
	void end() {
		this.repeated.end();
	}

	/**
	 * Begins another start of all services.
	 * @param briefly whether those that start and stop are only worth DEBUG
	 */
	void begin(boolean briefly) {
		this.brief = briefly;
		this.episodes = 0;
		this.takenDown.clear();
		this.restarted.clear();
		this.stopFailures.clear();
		this.startFailures.clear();
		this.unwell.clear();
		this.failures.clear();
	}

	void stateChanged(ServiceState previous, ServiceSnapshot service) {
		if (service.state() != ServiceState.RUNNING) {
			this.unwell.remove(service.name());
		}
		if (this.episodes > 0
				&& (service.stopReason() == StopReason.FAILURE || service.stopReason() == StopReason.DEPENDENCY)) {
			this.takenDown.add(service.name());
		}
		if (!this.restarted.isEmpty() && service.stopReason() == StopReason.DEPENDENCY) {
			this.restarted.add(service.name());
		}
		switch (service.state()) {
			case RUNNING -> {
				logStep(service, "Started", " in " + text(service.timings().start()) + attempt(service));
				this.takenDown.remove(service.name());
				this.startFailures.remove(service.name());
			}
			case BACKOFF -> backOff(service);
			case FAILED -> {
				this.startFailures.remove(service.name());
				failed(service);
			}
			case STOPPED -> {
				if (previous == ServiceState.STOPPING) {
					logStep(service, "Stopped", " in " + text(service.timings().stop()));
				}
			}
			default -> {
			}
		}
	}

	private void backOff(ServiceSnapshot service) {
		if (service.attempt().number() == 0) {
			logStep(service, "Stopped", ", restarting it" + untilNext(service));
		}
		else {
			String failure = FailureText.of(service.failure());
			String line = "%s failed to start (attempt %s), retrying%s: %s".formatted(subject(service),
					service.attempt().progress(), untilNext(service), failure);
			Level level = this.startFailures.computeIfAbsent(service.name(), (name) -> new FailedAttempts())
				.failed(service.attempt(), failure);
			if (level == Level.WARN) {
				this.logger.warn(line);
			}
			else if (level == Level.INFO) {
				this.logger.info(line);
			}
			else {
				this.logger.debug(line);
			}
		}
	}

	// What happens to each service because of a failure is summed up at its end.
	private void logStep(ServiceSnapshot service, String done, String how) {
		if (this.brief || this.takenDown.contains(service.name())) {
			if (this.logger.isDebugEnabled()) {
				this.logger.debug(step(service, done, how));
			}
		}
		else if (service.activation() == Activation.ON_DEMAND || this.restarted.contains(service.name())) {
			this.repeated.write(Level.INFO, thing(service, done), null, () -> step(service, done, how), null);
		}
		else {
			this.logger.info(step(service, done, how));
		}
	}

	private static String step(ServiceSnapshot service, String done, String how) {
		return "%s %s '%s'%s".formatted(done, service.service().required() ? "service" : "optional service",
				service.name(), how);
	}

	private static String attempt(ServiceSnapshot service) {
		ServiceSnapshot.Attempt attempt = service.attempt();
		return (attempt.number() > 1) ? " (attempt %s)".formatted(attempt.progress()) : "";
	}

	private static String untilNext(ServiceSnapshot service) {
		return (service.attempt().next() != null)
				? " in " + text(Duration.between(service.since(), service.attempt().next())) : "";
	}

	private void failed(ServiceSnapshot service) {
		Throwable failure = service.failure();
		if (failure != null && failure == this.stopFailures.remove(service.name())) {
			return;
		}
		ServiceSnapshot.Attempt attempt = service.attempt();
		String notRetried = service.notRetried();
		String how = "failed to start after " + attempt.made()
				+ (attempt.exhausted() ? " (" + SettingKey.ofService(service.name(), "retry.max-retries") + ")" : "")
				+ ((notRetried != null) ? ", not retrying: " + notRetried : "");
		if (service.stopReason() == StopReason.FAILURE) {
			how = "failed while running, not restarting it";
		}
		else if (attempt.number() == 0) {
			how = "failed to prepare";
		}
		if (service.service().required()) {
			GuardedLog.error(this.logger, subject(service) + " " + how, failure);
		}
		else {
			GuardedLog.warn(this.logger, subject(service) + " " + how, failure);
		}
	}

	void stopFailed(LifecycleEvent.StopFailed failed) {
		ServiceSnapshot service = failed.service();
		String failure = FailureText.of(failed.cause());
		if (failed.retried()) {
			this.repeated.write(Level.WARN, thing(service, "stop"), failure,
					() -> subject(service) + " failed to stop, retrying: " + failure, null);
		}
		else {
			this.stopFailures.put(service.name(), failed.cause());
			this.repeated.write(Level.ERROR, thing(service, "stop for good"), failure,
					() -> subject(service) + " failed to stop and may still hold resources", failed.cause());
		}
	}

	void vitalsChanged(ServiceSnapshot service) {
		boolean well = service.ready() && service.healthy();
		if (!well && !isByCondition(service) && this.unwell.add(service.name())) {
			this.repeated.write(Level.WARN, thing(service, "unwell"), service.problem(), () -> "%s is not %s: %s"
				.formatted(subject(service), service.healthy() ? "ready" : "healthy", service.problem()), null);
		}
		else if (well && this.unwell.remove(service.name())) {
			this.repeated.write(Level.INFO, thing(service, "well"), null,
					() -> subject(service) + " is ready and healthy again", null);
		}
	}

	// The condition has lines of its own.
	private static boolean isByCondition(ServiceSnapshot service) {
		return !service.healthy() && service.failure() == null
				&& service.reports()
					.conditions()
					.stream()
					.anyMatch((condition) -> condition.severity() == Severity.ERROR);
	}

	void exitRequested(LifecycleEvent.ExitRequested requested) {
		this.logger.info(
				"%s ends the application with exit code %d".formatted(subject(requested.service()), requested.code()));
	}

	void restartRequested(LifecycleEvent.RestartRequested requested) {
		String reason = LineText.of(requested.reason());
		this.restarted.add(requested.service().name());
		this.repeated.write(Level.INFO, thing(requested.service(), "restart"), reason,
				() -> subject(requested.service()) + " asked for a restart, stopping it and its dependents: " + reason,
				null);
	}

	void episodeOpened(LifecycleEvent.EpisodeOpened opened) {
		this.episodes++;
		String failure = FailureText.of(opened.cause());
		this.repeated.write(Level.WARN, thing(opened.service(), "episode"), failure,
				() -> subject(opened.service()) + " failed while running, stopping it and its dependents: " + failure,
				null);
	}

	void episodeClosed(LifecycleEvent.EpisodeClosed closed) {
		this.episodes = Math.max(0, this.episodes - 1);
		this.takenDown.removeAll(closed.affected());
		int affected = closed.affected().size();
		String which = "Service '%s'%s".formatted(closed.root(),
				(affected == 1) ? "" : " and " + StartSummary.count(affected - 1, "dependent", "dependents"));
		if (closed.down().isEmpty()) {
			this.repeated.write(Level.INFO, closed.root() + "/over", null,
					() -> "%s recovered in %s".formatted(which, text(closed.duration())), null);
		}
		else {
			this.repeated.write(Level.WARN, closed.root() + "/down", names(closed.down()),
					() -> "%s did not recover (%s), not running: %s".formatted(which, text(closed.duration()),
							names(closed.down())),
					null);
		}
	}

	static String names(List<String> names) {
		String first = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
		return (names.size() > MAX_NAMES) ? first + " and %d more".formatted(names.size() - MAX_NAMES) : first;
	}

	void conditionChanged(LifecycleEvent.ConditionChanged changed) {
		Condition current = changed.current();
		Condition previous = changed.previous();
		ServiceSnapshot service = changed.service();
		if (current != null && this.failures.includes(service.name(), current)) {
			this.logger.debug(raised(service, current));
		}
		else if (current != null) {
			this.repeated.write(level(current.severity()), thing(service, "condition " + current.severity()),
					current.id(), kind(previous, current), () -> raised(service, current), null);
		}
		else if (previous != null) {
			this.failures.resolved(service.name(), previous);
			resolved(service, previous);
		}
	}

	// The message is all that tells why the service is not healthy. It may change often.
	private static String kind(@Nullable Condition previous, Condition current) {
		boolean unhealthy = current.severity() == Severity.ERROR
				&& (previous == null || previous.severity() != Severity.ERROR);
		return current.severity() + current.title() + (unhealthy ? current.message() : "");
	}

	private static String raised(ServiceSnapshot service, Condition current) {
		return "%s %s: %s: %s".formatted(subject(service), verb(current), current.title(), current.message());
	}

	private void resolved(ServiceSnapshot service, Condition previous) {
		if (service.state() == ServiceState.RUNNING) {
			String title = previous.title();
			this.repeated.write(Level.INFO, thing(service, "resolved " + previous.severity()), previous.id(), title,
					() -> "%s no longer %s: %s".formatted(subject(service), verb(previous), title), null);
		}
	}

	private static Level level(Severity severity) {
		return switch (severity) {
			case HINT -> Level.INFO;
			case WARNING -> Level.WARN;
			case ERROR -> Level.ERROR;
		};
	}

	private static String verb(Condition condition) {
		return switch (condition.severity()) {
			case HINT -> "has a hint";
			case WARNING -> "has a warning";
			case ERROR -> "has an error";
		};
	}

	void errorReported(LifecycleEvent.ErrorReported reported) {
		String failure = FailureText.of(reported.cause());
		this.repeated.write(Level.WARN, thing(reported.service(), "error"), failure,
				() -> subject(reported.service()) + " reported an error", reported.cause());
		if (!reported.service().healthy()) {
			this.unwell.add(reported.service().name());
		}
	}

	void workFailed(LifecycleEvent.WorkFailed failed) {
		ServiceFailure failure = failed.failure();
		this.failures.logged(failure);
		String group = thing(failed.service(), failure.kind() + " " + failure.severity());
		// Each item has a name of its own, and fails as others do.
		String name = (failure.kind() == WorkKind.ITEM) ? "" : failure.name();
		String text = FailureText.of(failure.cause());
		String line = "%s: %s failed".formatted(subject(failed.service()), failure.what());
		if (failure.severity() == Severity.ERROR) {
			this.repeated.write(Level.ERROR, group, name, text, () -> line + hangsAt(failure), failure.cause());
		}
		else {
			String end = ((failure.severity() == Severity.WARNING) ? ", retrying: " : ": ") + text + hangsAt(failure);
			this.repeated.write(level(failure.severity()), group, name, end, () -> line + end, null);
		}
	}

	// One that was noticed from outside is somewhere else than what tells of it.
	private static String hangsAt(ServiceFailure failure) {
		boolean own = failure.stack().equals(Guarded.stack(failure.cause()));
		return (own || failure.stack().isEmpty()) ? "" : ", its thread is here:" + frames(failure.stack());
	}

	void hanging(LifecycleEvent.Hanging hanging) {
		// A micro-task that was signalled has no thread, and one may just have left.
		String where = hanging.stack().isEmpty() ? ", on no thread that can be interrupted"
				: ", interrupted at:" + frames(hanging.stack());
		this.repeated.write(Level.WARN, thing(hanging.service(), "hanging " + hanging.method()), null,
				() -> "%s is still running its %s %s (%s)%s".formatted(subject(hanging.service()), hanging.method(),
						forHowLong(hanging), limit(hanging), where),
				null);
	}

	// What is not the stop itself may have been inside for much longer.
	private static String forHowLong(LifecycleEvent.Hanging hanging) {
		String property = hanging.property();
		boolean own = "stop".equals(hanging.method()) || "quiesce".equals(hanging.method())
				|| (property != null && !property.endsWith(".stop-timeout") && !isShutdown(property));
		return own ? "after " + text(hanging.timeout()) : text(hanging.timeout()) + " after it was asked to end";
	}

	private static String limit(LifecycleEvent.Hanging hanging) {
		String property = hanging.property();
		if (property == null) {
			return "the stop of the service has failed";
		}
		if ("quiesce".equals(hanging.method())) {
			return "half of " + property;
		}
		return isShutdown(property) ? property + " has passed" : property;
	}

	private static boolean isShutdown(String property) {
		return property.startsWith("managed-services.shutdown.");
	}

	void cutOff(LifecycleEvent.WorkCutOff cutOff) {
		if (cutOff.late()) {
			this.logger.warn("%s interrupted its %s, still running %s after it was asked to end (%s), at:%s".formatted(
					subject(cutOff.service()), cutOff.work(), text(cutOff.after()), cutOff.limit(),
					frames(cutOff.stack())));
		}
		else {
			this.logger.info("%s interrupted its %s to stop%s".formatted(subject(cutOff.service()), cutOff.work(),
					cutOff.stack().isEmpty() ? "" : ", at " + cutOff.stack().get(0)));
		}
	}

	private static String frames(List<StackTraceElement> stack) {
		StringBuilder text = new StringBuilder();
		stack.forEach((frame) -> text.append("\n\tat ").append(frame));
		return text.toString();
	}

	private static String thing(ServiceSnapshot service, String what) {
		return service.name() + "/" + what;
	}

	private static String subject(ServiceSnapshot service) {
		return (service.service().required() ? "Service '" : "Optional service '") + service.name() + "'";
	}

	private static String text(@Nullable Duration duration) {
		return HumanDuration.of((duration != null) ? duration : Duration.ZERO);
	}

}
