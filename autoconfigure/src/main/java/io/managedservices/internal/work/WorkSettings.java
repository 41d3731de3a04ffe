// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.time.Duration;

/**
 * The limits of the work of all services together. Immutable.
 *
 * @param taskSlots how many tasks run at once, 1 or more
 * @param longTask how long a task keeps its slot, above 0
 * @param microTaskLimit how many micro-tasks run at once, 2 or more
 * @param mediumMaxDelay how long a micro-task of medium priority waits at most
 * @param lowMaxDelay how long one of low priority waits at most
 * @param maxThreads how many threads each kind of work has at most, 2 or more
 * @param failuresKept how many failures are kept of each service, 1 or more
 * @since 0.1.0
 */
public record WorkSettings(int taskSlots, Duration longTask, int microTaskLimit, Duration mediumMaxDelay,
		Duration lowMaxDelay, int maxThreads, int failuresKept) {

	private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

	/**
	 * What holds where nothing is configured.
	 */
	public static final WorkSettings DEFAULTS = new WorkSettings(Math.max(2, PROCESSORS), Duration.ofMinutes(1),
			Math.max(2, PROCESSORS * 2), Duration.ofSeconds(1), Duration.ofSeconds(3), 500, 20);

}
