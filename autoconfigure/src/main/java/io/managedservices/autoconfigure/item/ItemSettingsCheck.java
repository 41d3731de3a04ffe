// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.item;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.autoconfigure.ManagedServicesItemsProperties;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.text.SettingKey;

/**
 * Tells what is wrong with the settings of an item service, or of all. Used by one
 * thread.
 */
final class ItemSettingsCheck {

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final String DURATION = "a duration above 0 and up to 36500d";

	private final @Nullable String service;

	private final Consumer<GraphProblem> problems;

	private boolean valid = true;

	ItemSettingsCheck(@Nullable String service, Consumer<GraphProblem> problems) {
		this.service = service;
		this.problems = problems;
	}

	boolean isValid(ItemSettings settings) {
		ItemSettings.Retry retry = settings.retry();
		isTrue("concurrency", settings.concurrency() >= 1 && settings.concurrency() <= 1000, "1 to 1000",
				settings.concurrency());
		isTrue("max-items", settings.maxItems() >= 1, "1 or more", settings.maxItems());
		isTrue("late-threshold", isInRange(settings.lateThreshold()), DURATION, settings.lateThreshold());
		isTrue("retry.delay", isInRange(retry.delay()), DURATION, retry.delay());
		isTrue("retry.max-delay", isInRange(retry.maxDelay()), DURATION, retry.maxDelay());
		isTrue("retry.multiplier", retry.multiplier() >= 1 && Double.isFinite(retry.multiplier()),
				"a number of at least 1", retry.multiplier());
		if (retry.delay().compareTo(retry.maxDelay()) > 0) {
			refuse("retry.delay", "at most retry.max-delay, which is " + retry.maxDelay(), retry.delay(),
					place("retry.delay") + ", or " + place("retry.max-delay"));
		}
		return this.valid;
	}

	private void isTrue(String property, boolean holds, String expected, Object found) {
		if (!holds) {
			refuse(property, expected, found, place(property));
		}
	}

	private void refuse(String property, String expected, Object found, String places) {
		this.valid = false;
		String subject = (this.service != null) ? "%s of item service '%s'".formatted(property, this.service)
				: ManagedServicesItemsProperties.PREFIX + "." + property;
		this.problems
			.accept(new GraphProblem("%s is invalid: expected %s, found %s.".formatted(subject, expected, found),
					"Correct %s.".formatted(places)));
	}

	private String place(String property) {
		String own = (this.service != null) ? SettingKey.of("items", this.service) + "." + property + " or " : "";
		return own + ManagedServicesItemsProperties.PREFIX + "." + property;
	}

	private static boolean isInRange(Duration duration) {
		return !duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0;
	}

}
