// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.GateSettings;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettingsCheck;
import io.managedservices.internal.text.SettingKey;

/**
 * Puts the settings of a service together, attribute by attribute: the configuration of
 * the service, over its annotation, over the defaults. Equal settings become one
 * instance. Used by one thread.
 */
public final class SettingsResolver {

	private final ServiceSettings defaults;

	private final List<GraphProblem> problems;

	private final Map<ServiceSettings, ServiceSettings> known = new HashMap<>();

	/**
	 * Create a resolver.
	 * @param defaults for whatever a service does not set
	 * @param shared the settings of services that set nothing: the defaults if they are
	 * valid
	 * @param problems where what is wrong is added
	 */
	public SettingsResolver(ServiceSettings defaults, ServiceSettings shared, List<GraphProblem> problems) {
		this.defaults = defaults;
		this.problems = problems;
		this.known.put(defaults, shared);
	}

	public ServiceSettings resolve(Declaration declaration, ServiceOverrides overrides) {
		GateSettings gate = declaration.gate();
		ServiceSettings base = (gate != null) ? gate.over(this.defaults) : this.defaults;
		RetrySettings retry = over(annotated(declaration, base.retry()), overrides.retry());
		ServiceSettings settings = new ServiceSettings(or(overrides.timeouts().prepare(), base.prepareTimeout()),
				or(overrides.timeouts().start(), base.startTimeout()),
				or(overrides.timeouts().stop(), base.stopTimeout()), retry, over(base.restart(), overrides.restart()),
				over(base.health(), overrides.health()),
				or(overrides.eventBuffer(), annotatedBuffer(declaration, base.eventBuffer())));
		ServiceSettings same = this.known.get(settings);
		if (same != null) {
			return same;
		}
		List<GraphProblem> found = ServiceSettingsCheck.of(declaration.name(), settings,
				(setting) -> place(declaration, overrides, setting));
		if (found.isEmpty()) {
			this.known.put(settings, settings);
			return settings;
		}
		this.problems.addAll(found);
		return ServiceSettings.DEFAULTS;
	}

	private static String place(Declaration declaration, ServiceOverrides overrides, String setting) {
		String key = SettingKey.ofService(declaration.name(), setting);
		if (isSet(overrides, setting)) {
			return key;
		}
		String attribute = attribute(declaration.attributes(), setting);
		return (attribute != null) ? "%s (%s), or set %s".formatted(attribute, declaration.source(), key)
				: key + " or managed-services.defaults." + setting;
	}

	private static boolean isSet(ServiceOverrides overrides, String setting) {
		ServiceOverrides.Timeouts timeouts = overrides.timeouts();
		ServiceOverrides.Retry retry = overrides.retry();
		ServiceOverrides.Restart restart = overrides.restart();
		ServiceOverrides.Health health = overrides.health();
		return switch (setting) {
			case "prepare-timeout" -> timeouts.prepare() != null;
			case "start-timeout" -> timeouts.start() != null;
			case "stop-timeout" -> timeouts.stop() != null;
			case "event-buffer" -> overrides.eventBuffer() != null;
			case "retry.max-retries" -> retry.maxRetries() != null;
			case "retry.delay" -> retry.delay() != null;
			case "retry.multiplier" -> retry.multiplier() != null;
			case "retry.max-delay" -> retry.maxDelay() != null;
			case "retry.jitter" -> retry.jitter() != null;
			case "restart.max-restarts" -> restart.maxRestarts() != null;
			case "restart.window" -> restart.window() != null;
			case "restart.delay" -> restart.delay() != null;
			case "restart.multiplier" -> restart.multiplier() != null;
			case "restart.max-delay" -> restart.maxDelay() != null;
			case "health.interval" -> health.interval() != null;
			case "health.timeout" -> health.timeout() != null;
			case "health.failure-threshold" -> health.failureThreshold() != null;
			case "health.error-buffer" -> health.errorBuffer() != null;
			case "watchdog" -> health.watchdog() != null;
			default -> false;
		};
	}

	// Where the value of a setting stands, if it is that of an annotation.
	private static @Nullable String attribute(ManagedService attributes, String setting) {
		Retry retry = attributes.retry();
		return switch (setting) {
			case "event-buffer" -> (attributes.eventBuffer() != ManagedService.NOT_SET) ? "eventBuffer" : null;
			case "retry.max-retries" -> (retry.maxRetries() != ManagedService.NOT_SET) ? "maxRetries of @Retry" : null;
			case "retry.delay" -> retry.delay().isEmpty() ? null : "delay of @Retry";
			case "retry.multiplier" -> Double.isNaN(retry.multiplier()) ? null : "multiplier of @Retry";
			case "retry.max-delay" -> retry.maxDelay().isEmpty() ? null : "maxDelay of @Retry";
			case "retry.jitter" -> retry.jitter().isEmpty() ? null : "jitter of @Retry";
			default -> null;
		};
	}

	private static int annotatedBuffer(Declaration declaration, int base) {
		int annotated = declaration.attributes().eventBuffer();
		return (annotated != ManagedService.NOT_SET) ? annotated : base;
	}

	private RetrySettings annotated(Declaration declaration, RetrySettings base) {
		Retry retry = declaration.attributes().retry();
		return over(base,
				new ServiceOverrides.Retry((retry.maxRetries() != ManagedService.NOT_SET) ? retry.maxRetries() : null,
						duration(declaration, "delay", retry.delay()),
						Double.isNaN(retry.multiplier()) ? null : retry.multiplier(),
						duration(declaration, "maxDelay", retry.maxDelay()),
						duration(declaration, "jitter", retry.jitter()),
						(retry.excludes().length > 0) ? List.of(retry.excludes()) : null,
						(retry.includes().length > 0) ? List.of(retry.includes()) : null));
	}

	private static RetrySettings over(RetrySettings base, ServiceOverrides.Retry overrides) {
		return new RetrySettings(or(overrides.maxRetries(), base.maxRetries()), or(overrides.delay(), base.delay()),
				or(overrides.multiplier(), base.multiplier()), or(overrides.maxDelay(), base.maxDelay()),
				or(overrides.jitter(), base.jitter()), or(overrides.excludes(), base.excludes()),
				or(overrides.includes(), base.includes()));
	}

	private static RestartSettings over(RestartSettings base, ServiceOverrides.Restart overrides) {
		RestartSettings.Backoff backoff = new RestartSettings.Backoff(or(overrides.delay(), base.backoff().delay()),
				or(overrides.multiplier(), base.backoff().multiplier()),
				or(overrides.maxDelay(), base.backoff().maxDelay()));
		return new RestartSettings(or(overrides.policy(), base.policy()),
				or(overrides.maxRestarts(), base.maxRestarts()), or(overrides.window(), base.window()), backoff,
				or(overrides.onGiveUp(), base.onGiveUp()));
	}

	private static ServiceSettings.Health over(ServiceSettings.Health base, ServiceOverrides.Health overrides) {
		return new ServiceSettings.Health(or(overrides.interval(), base.interval()),
				or(overrides.timeout(), base.timeout()), or(overrides.failureThreshold(), base.failureThreshold()),
				(overrides.watchdog() != null) ? overrides.watchdog() : base.watchdog(),
				or(overrides.errorBuffer(), base.errorBuffer()));
	}

	private @Nullable Duration duration(Declaration declaration, String attribute, String text) {
		if (text.isEmpty()) {
			return null;
		}
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			this.problems.add(new GraphProblem(
					"Service '%s' has an unreadable %s of @Retry (%s): expected a duration such as 500ms or 10s, found '%s'."
						.formatted(declaration.name(), attribute, declaration.source(), text),
					"Correct %s of @Retry of service '%s'.".formatted(attribute, declaration.name())));
			return null;
		}
	}

	private static <T> T or(@Nullable T value, T other) {
		return (value != null) ? value : other;
	}

}
