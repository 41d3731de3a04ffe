// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;

/**
 * Tells which polls close soon, every hour, and which have closed: the service
 * {@code notifier}. It depends on {@code pollBook} because that is injected, and waits
 * for {@code statistics} only to come to rest, running or not. Safe for use by several
 * threads.
 */
@ManagedService(after = "statistics")
class Notifier implements ServiceLifecycle {

	private static final Logger logger = LoggerFactory.getLogger("notifier");

	private final PollBook pollBook;

	Notifier(PollBook pollBook) {
		this.pollBook = pollBook;
	}

	@Override
	public void start(ServiceContext context) {
		context.work().every("remind", Duration.ofHours(1), this::remind).initialDelay(Duration.ZERO);
	}

	private void remind() {
		this.pollBook.closingWithin(Duration.ofDays(1))
			.forEach((poll) -> logger.info("'{}' closes at {}", poll.question(), poll.closesAt()));
	}

	@OnServiceEvent(source = "pollBook")
	void on(PollClosed event) {
		logger.info("'{}' has closed", event.question());
	}

}
