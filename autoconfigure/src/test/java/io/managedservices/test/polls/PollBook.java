// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.work.Task;

/**
 * Provides when it was started, and counts each hour.
 */
@ManagedService(dependsOn = "database", provides = Instant.class, retry = @Retry(delay = "1s"))
class PollBook implements ServiceLifecycle {

	final AtomicInteger counted = new AtomicInteger();

	private final Clock clock;

	PollBook(Clock clock) {
		this.clock = clock;
	}

	@Override
	public void start(ServiceContext context) {
		context.provide(this.clock.instant());
	}

	@Task(every = "1h")
	void count() {
		this.counted.incrementAndGet();
	}

}
