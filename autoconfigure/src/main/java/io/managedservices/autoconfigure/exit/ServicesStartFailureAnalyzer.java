// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.managedservices.internal.lifecycle.ServicesStartException;
import io.managedservices.internal.lifecycle.ServicesStartException.RootCause;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.LineText;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Reports which services keep the application from starting, why, and which others wait
 * for them. Stateless.
 */
public final class ServicesStartFailureAnalyzer extends AbstractFailureAnalyzer<ServicesStartException> {

	private static final int MAX_CHAINS = 5;

	private static final int MAX_CAUSES = 5;

	/** How many services at either end of a chain are named. */
	private static final int MAX_LINKS = 3;

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ServicesStartException cause) {
		// All may have come to run since the timeout of the start has passed.
		if (cause.getRootCauses().isEmpty() && !(cause.getCause() instanceof ServiceException)) {
			return null;
		}
		List<String> description = new ArrayList<>();
		List<String> action = new ArrayList<>();
		// The one that is the reason may be on its way down still, like what needs it.
		if (cause.getService() != null && cause.getRootCauses()
			.stream()
			.noneMatch((rootCause) -> rootCause.service().name().equals(cause.getService()))) {
			description.add(String.valueOf(cause.getMessage()));
		}
		// A failure that is not about a service is that of the whole start: its timeout.
		if (cause.getService() == null) {
			description.add(String.valueOf(cause.getMessage()));
			action.add("Raise managed-services.startup.timeout if the services only need more time.");
		}
		for (RootCause rootCause : cause.getRootCauses()) {
			describe(rootCause, description);
			action.add(action(rootCause));
		}
		action.add("Set managed-services.startup.on-failure to 'continue' if the application is to start anyway, "
				+ "and not to be ready until they run.");
		return new FailureAnalysis(LineText.lines(String.join("\n\n", description)),
				LineText.lines(String.join("\n\n", action)), cause);
	}

	private static void describe(RootCause rootCause, List<String> description) {
		ServiceSnapshot service = rootCause.service();
		Throwable failure = service.failure();
		String causes = (failure != null) ? ":\n\n" + causes(failure) : ".";
		description.add("Service '%s' %s%s".formatted(service.name(), state(service), causes));
		List<List<String>> chains = rootCause.chains();
		if (!chains.isEmpty()) {
			StringBuilder text = new StringBuilder("Required services that wait for it:\n");
			chains.stream().limit(MAX_CHAINS).forEach((chain) -> text.append("\n    ").append(chain(chain)));
			if (chains.size() > MAX_CHAINS) {
				text.append("\n    and more");
			}
			description.add(text.toString());
		}
	}

	private static String state(ServiceSnapshot service) {
		Attempt attempt = service.attempt();
		String attempts = attempt.made();
		String status = (service.vitals().status() != null) ? " (" + FailureText.line(service.vitals().status()) + ")"
				: "";
		return switch (service.state()) {
			case FAILED -> failed(service, attempts);
			case BACKOFF -> "does not run after " + attempts;
			case STARTING -> "is still starting, with attempt %s%s".formatted(attempt.progress(), status);
			case PREPARING -> "is still being prepared" + status;
			case STOPPING -> (service.stopReason() == StopReason.DEPENDENCY)
					? "is being stopped, since something that it needs does not run"
					: "is being cleaned up after " + attempts + status;
			case NEW, STOPPED -> (service.stopReason() == StopReason.COMPLETED) ? "has ended by itself"
					: "is " + service.service().activation();
			default -> "is " + service.state();
		};
	}

	private static String failed(ServiceSnapshot service, String attempts) {
		if (service.stopReason() == StopReason.FAILURE) {
			return "failed while running, not restarting it";
		}
		return (service.attempt().number() > 0) ? "failed to start after " + attempts : "failed to prepare";
	}

	private static String causes(Throwable failure) {
		StringBuilder text = new StringBuilder();
		Set<Throwable> seen = new LinkedHashSet<>();
		Throwable current = failure;
		while (current != null && seen.size() < MAX_CAUSES && seen.add(current)) {
			text.append((seen.size() == 1) ? "    " : "\n    caused by ")
				.append(FailureText.line(Guarded.text(current)));
			current = Guarded.cause(current);
		}
		return text.toString();
	}

	private static String chain(List<String> names) {
		if (names.size() <= 2 * MAX_LINKS) {
			return String.join(" → ", names);
		}
		return String.join(" → ", names.subList(0, MAX_LINKS)) + " → … → "
				+ String.join(" → ", names.subList(names.size() - MAX_LINKS, names.size()));
	}

	private static String action(RootCause rootCause) {
		ServiceSnapshot service = rootCause.service();
		String first = switch (service.state()) {
			case NEW,
					STOPPED ->
				(service.stopReason() == StopReason.COMPLETED)
						? "Let '%s' not call ServiceContext.complete, or set %s to 'always'.".formatted(service.name(),
								key(service, "restart.policy"))
						: "Set %s to 'enabled'.".formatted(key(service, "activation"));
			case FAILED -> "Remove the cause of the failure of '%s'.".formatted(service.name()) + moreTime(service);
			case BACKOFF,
					STOPPING ->
				(service.stopReason() == StopReason.DEPENDENCY)
						? "Find out why what '%s' needs does not run.".formatted(service.name())
						: "Remove the cause of the failure of '%s'.".formatted(service.name());
			case PREPARING -> "Find out what the prepare of '%s' waits for. %s limits it, and all services wait for it."
				.formatted(service.name(), key(service, "prepare-timeout"));
			default -> "Find out what the start of '%s' waits for. %s limits one attempt.".formatted(service.name(),
					key(service, "start-timeout"));
		};
		return first + optional(rootCause);
	}

	private static String key(ServiceSnapshot service, String setting) {
		return SettingKey.ofService(service.name(), setting);
	}

	// What needs a service waits for it even if that is optional; while one is being
	// prepared all wait.
	private static String optional(RootCause rootCause) {
		ServiceSnapshot service = rootCause.service();
		boolean isPreparing = service.state() == ServiceState.PREPARING;
		Set<String> keys = new LinkedHashSet<>();
		if (service.service().required() && !isUnwanted(service)) {
			keys.add(key(service, "required"));
		}
		List<List<String>> waiting = isPreparing ? List.of() : rootCause.chains();
		waiting.forEach((chain) -> keys.add(SettingKey.ofService(chain.get(0), "required")));
		if (keys.isEmpty()) {
			return "";
		}
		return " If the application can do without it%s, set %s to 'false'%s.".formatted(
				waiting.isEmpty() ? "" : " and what waits for it", String.join(" and ", keys),
				isPreparing
						? ", and %s below managed-services.startup.timeout".formatted(key(service, "prepare-timeout"))
						: "");
	}

	private static boolean isUnwanted(ServiceSnapshot service) {
		return service.state() == ServiceState.NEW || service.state() == ServiceState.STOPPED;
	}

	private static String moreTime(ServiceSnapshot service) {
		String timeout = timeout(service);
		if (timeout != null) {
			return " If it only needs more time, raise %s.".formatted(timeout);
		}
		if (service.stopReason() == StopReason.FAILURE) {
			return "";
		}
		if (service.attempt().number() == 0) {
			return " A prepare is not tried again.";
		}
		String notRetried = service.notRetried();
		if (notRetried != null) {
			return " It is not tried again: %s.".formatted(notRetried);
		}
		return " If it only needs more time, set %s above %d.".formatted(key(service, "retry.max-retries"),
				service.attempt().total() - 1);
	}

	// The failure of a callback that took too long names what limits it.
	private static @Nullable String timeout(ServiceSnapshot service) {
		String message = (service.failure() instanceof TimeoutException timeout) ? timeout.getMessage() : null;
		return Stream.of("prepare-timeout", "start-timeout")
			.map((setting) -> key(service, setting))
			.filter((property) -> message != null && message.endsWith(property))
			.findFirst()
			.orElse(null);
	}

}
