package io.managedservices.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.managedservices.FailureText;
import io.managedservices.ServiceSnapshot;
import io.managedservices.ServiceSnapshot.Attempt;
import io.managedservices.SettingKey;
import io.managedservices.concurrent.Guarded;
import io.managedservices.concurrent.LineText;
import io.managedservices.context.ServicesStartException;
import io.managedservices.context.ServicesStartException.RootCause;

/**
 * Reports which services keep the application from starting, why, and which others wait
 * for them. Stateless.
 */
final class ServicesStartFailureAnalyzer extends AbstractFailureAnalyzer<ServicesStartException> {

	private static final int MAX_CHAINS = 5;

	private static final int MAX_CAUSES = 5;

	/** How many services at either end of a chain are named. */
	private static final int MAX_LINKS = 3;

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ServicesStartException cause) {
		if (cause.getRootCauses().isEmpty()) {
			return null;
		}
		List<String> description = new ArrayList<>();
		List<String> action = new ArrayList<>();
		// A failure that is not about a service is that of the whole start: its timeout.
		if (cause.getService() == null) {
			description.add(String.valueOf(cause.getMessage()));
			action.add("Raise managed-services.startup.timeout if the services only need more time.");
		}
		for (RootCause rootCause : cause.getRootCauses()) {
			describe(rootCause, description);
			action.add(action(rootCause.service()));
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
		String attempts = attempt.progress() + " attempts";
		String status = (service.vitals().status() != null) ? " (" + FailureText.line(service.vitals().status()) + ")"
				: "";
		return switch (service.state()) {
			case FAILED -> (attempt.number() > 0) ? "failed after " + attempts : "could not be prepared";
			case BACKOFF -> "does not run after " + attempts;
			case STARTING -> "is still starting, with attempt %s%s".formatted(attempt.progress(), status);
			case PREPARING -> "is still being prepared" + status;
			case STOPPING -> "is being cleaned up after " + attempts + status;
			case NEW, STOPPED -> "is " + service.service().activation();
			default -> "is " + service.state();
		};
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

	private static String action(ServiceSnapshot service) {
		String properties = SettingKey.of("services", service.name());
		String first = switch (service.state()) {
			case NEW, STOPPED -> "Set %s.activation to 'enabled'.".formatted(properties);
			case FAILED, BACKOFF, STOPPING ->
				"Remove the cause of the failure of '%s'.".formatted(service.name()) + moreTime(service, properties);
			case PREPARING -> "Find out what the prepare of '%s' waits for.".formatted(service.name());
			default -> "Find out what the start of '%s' waits for. %s.start-timeout limits one attempt."
				.formatted(service.name(), properties);
		};
		String optional = " If the application can do without it, set %s.required to 'false'.".formatted(properties);
		return first + (service.service().required() ? optional : "");
	}

	private static String moreTime(ServiceSnapshot service, String properties) {
		String timeout = timeout(service, properties);
		if (timeout != null) {
			return " If it only needs more time, raise %s.".formatted(timeout);
		}
		return service.attempt().hasLimit() ? " If it only needs more time, raise %s.retry.max-retries, which is %d."
			.formatted(properties, service.attempt().total() - 1) : "";
	}

	// The failure of a callback that took too long names what limits it.
	private static @Nullable String timeout(ServiceSnapshot service, String properties) {
		String message = (service.failure() instanceof TimeoutException timeout) ? timeout.getMessage() : null;
		return Stream.of(".prepare-timeout", ".start-timeout")
			.map(properties::concat)
			.filter((property) -> message != null && message.endsWith(property))
			.findFirst()
			.orElse(null);
	}

}
