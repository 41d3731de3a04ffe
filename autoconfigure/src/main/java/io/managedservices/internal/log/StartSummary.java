// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.drawing.CriticalPath;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceState;

/**
 * Says in one line how the start of all services went. Immutable.
 *
 * @param services all services by name, as they were when the start ended
 * @param duration how long the start took
 * @param failure why not every required service runs, or {@code null} if each does
 */
record StartSummary(Map<String, ServiceSnapshot> services, Duration duration, @Nullable Throwable failure) {

	/** How many names are listed. */
	private static final int MAX_NAMES = 10;

	boolean isFailure() {
		return this.failure != null && !isCancelled();
	}

	private boolean isCancelled() {
		return this.failure instanceof CancellationException;
	}

	/**
	 * Writes the line.
	 * @param withSlowest whether the services that took longest are named
	 * @return the line
	 */
	String describe(boolean withSlowest) {
		Collection<ServiceSnapshot> all = this.services.values();
		long running = all.stream().filter((service) -> service.state() == ServiceState.RUNNING).count();
		StringBuilder text = new StringBuilder();
		if (this.failure == null) {
			text.append("Started %s in %s.".formatted(count(running, "service", "services"),
					HumanDuration.of(this.duration)));
		}
		else {
			text.append("%s after %s: started %d of %s.".formatted(isCancelled() ? "Start cancelled" : "Start failed",
					HumanDuration.of(this.duration), running, count(all.size(), "service", "services")));
		}
		if (!isCancelled()) {
			appendMissing(text, "required", (service) -> service.service().required());
			appendMissing(text, "optional", (service) -> !service.service().required());
			appendNames(text, "service is on standby", "services are on standby",
					names((service) -> service.state() == ServiceState.STANDBY, ServiceSnapshot::name));
		}
		appendPath(text);
		if (withSlowest) {
			text.append(" Slowest: ")
				.append(String.join(", ",
						StartSteps.slowest(all, MAX_NAMES).stream().map(StartSteps::describe).toList()))
				.append('.');
		}
		return text.toString();
	}

	private void appendMissing(StringBuilder text, String kind, Predicate<ServiceSnapshot> filter) {
		appendNames(text, kind + " service is not running", kind + " services are not running",
				names((service) -> filter.test(service) && isMissing(service.state()),
						(service) -> service.name() + " (" + service.state() + ")"));
	}

	private List<String> names(Predicate<ServiceSnapshot> filter, Function<ServiceSnapshot, String> name) {
		return this.services.values().stream().filter(filter).map(name).toList();
	}

	private static void appendNames(StringBuilder text, String one, String many, List<String> all) {
		if (!all.isEmpty()) {
			String names = String.join(", ", all.subList(0, Math.min(MAX_NAMES, all.size())));
			String more = (all.size() > MAX_NAMES) ? " and " + (all.size() - MAX_NAMES) + " more" : "";
			text.append(" %s: %s%s.".formatted(count(all.size(), one, many), names, more));
		}
	}

	private static boolean isMissing(ServiceState state) {
		return state != ServiceState.RUNNING && state != ServiceState.NEW && state != ServiceState.STOPPED
				&& state != ServiceState.STANDBY;
	}

	private void appendPath(StringBuilder text) {
		List<ServiceSnapshot> path = (this.failure == null) ? CriticalPath.of(this.services) : List.of();
		if (!path.isEmpty()) {
			text.append(" Critical path: ").append(StartSteps.describe(path)).append('.');
		}
	}

	static String count(long number, String one, String many) {
		return number + " " + ((number == 1) ? one : many);
	}

}
