// SPDX-License-Identifier: Apache-2.0
package io.managedservices.monitor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether all required services are in order, and which are not. Immutable, and of the
 * same cost for ten services and for ten thousand.
 *
 * @param ok whether all required services are in order
 * @param failing how many are not
 * @param failures the first {@value #MAX_FAILURES} of them by name, each with why
 * @since 0.1.0
 */
public record HealthSummary(boolean ok, int failing, Map<String, String> failures) {

	/**
	 * Create a report.
	 * @param ok whether all required services are in order
	 * @param failing how many are not
	 * @param failures some of them by name, each with why
	 */
	public HealthSummary {
		failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
	}

	/**
	 * How many services a report names.
	 */
	public static final int MAX_FAILURES = 20;

}
