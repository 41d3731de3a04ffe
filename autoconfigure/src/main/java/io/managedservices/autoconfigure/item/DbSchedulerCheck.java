// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.security.CodeSource;
import java.time.Duration;
import java.util.function.Consumer;

import com.github.kagkarlsson.scheduler.Clock;
import org.springframework.util.ClassUtils;

import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties.DbScheduler;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.item.jdbc.DbSchedulerSettings;

/**
 * Tells what is wrong with the settings of db-scheduler. Stateless.
 */
final class DbSchedulerCheck {

	private static final String MINIMUM = "16.2.0";

	// Four heartbeats are added up, in nanoseconds.
	private static final Duration LONGEST = Duration.ofDays(365);

	private DbSchedulerCheck() {
	}

	static void check(DbScheduler settings, Consumer<GraphProblem> problems) {
		if (!DbSchedulerSettings.isTable(settings.table())) {
			problems.accept(problem("table", "letters, digits and underscores, with a schema before a dot if need be",
					settings.table()));
		}
		duration("polling-interval", settings.pollingInterval(), problems);
		duration("heartbeat", settings.heartbeat(), problems);
	}

	/**
	 * Whether there is what we need of db-scheduler, and what came last of that.
	 * @param builder its builder
	 * @param problems is told if there is not
	 */
	static void checkVersion(Class<?> builder, Consumer<GraphProblem> problems) {
		if (!ClassUtils.hasMethod(builder, "clock", Clock.class)) {
			CodeSource source = builder.getProtectionDomain().getCodeSource();
			problems.accept(new GraphProblem(
					"The version of com.github.kagkarlsson:db-scheduler is too old: expected %s or a later 16.x, found %s."
						.formatted(MINIMUM, (source != null) ? source.getLocation() : "an older one"),
					"Depend on com.github.kagkarlsson:db-scheduler %s or later.".formatted(MINIMUM)));
		}
	}

	private static void duration(String property, Duration value, Consumer<GraphProblem> problems) {
		if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
			problems.accept(problem(property, "a duration from 1ms to 365d", value));
		}
	}

	private static GraphProblem problem(String property, String expected, Object found) {
		String name = "%s.db-scheduler.%s".formatted(ManagedServicesItemsProperties.PREFIX, property);
		return new GraphProblem("%s is invalid: expected %s, found '%s'.".formatted(name, expected, found),
				"Correct %s.".formatted(name));
	}

}
