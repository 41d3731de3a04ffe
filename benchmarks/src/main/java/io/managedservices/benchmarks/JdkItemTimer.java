// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A task of a {@link ScheduledThreadPoolExecutor} for each item. Used by one thread.
 */
final class JdkItemTimer implements ItemTimer {

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2);

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void arm(TimedRows rows) {
		for (int index = 0; index < rows.count(); index++) {
			int id = rows.id(index);
			this.executor.schedule(() -> rows.process(id), rows.due(id) - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
