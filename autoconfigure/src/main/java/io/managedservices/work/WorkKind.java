// SPDX-License-Identifier: Apache-2.0
package io.managedservices.work;

import java.util.Locale;

/**
 * The kinds of work inside a service, and the service itself.
 *
 * @since 0.1.0
 */
public enum WorkKind {

	/** Goes on for long, and is restarted when it fails. */
	WORKER,

	/** Done once in a while, never twice at the same time. */
	TASK,

	/** Short, and comes often. */
	MICRO_TASK,

	/** Done at an interval. */
	TICKER,

	/** Takes events of other services. */
	HOOK,

	/** Does something to an item at its time. */
	ITEM,

	/**
	 * No work, but the service itself: one of its methods, or what it reports. The kind
	 * of a {@link ServiceFailure} only.
	 */
	SERVICE;

	/**
	 * As people write it.
	 * @return such as {@code micro-task}
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
