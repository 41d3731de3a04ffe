// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.util.function.Consumer;

import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.autoconfigure.ManagedServicesItemsProperties.DbScheduler;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.item.jdbc.DbSchedulerSettings;

/**
 * Tells what is wrong with the settings of db-scheduler. Stateless.
 */
final class DbSchedulerCheck {

	private static final int MAX_THREADS = 10_000;

	// Four heartbeats are added up, in nanoseconds.
	private static final Duration LONGEST = Duration.ofDays(365);

	private DbSchedulerCheck() {
	}

	static void check(DbScheduler settings, Consumer<GraphProblem> problems) {
		if (!DbSchedulerSettings.isTable(settings.table())) {
			problems.accept(problem("table", "letters, digits and underscores, with a schema before a dot if need be",
					settings.table()));
		}
		if (settings.threads() < 1 || settings.threads() > MAX_THREADS) {
			problems.accept(problem("threads", "1 to 10000", settings.threads()));
		}
		duration("polling-interval", settings.pollingInterval(), problems);
		duration("heartbeat", settings.heartbeat(), problems);
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
