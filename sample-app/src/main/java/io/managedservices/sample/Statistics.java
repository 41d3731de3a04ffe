package io.managedservices.sample;

import java.util.LongSummaryStatistics;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * Counts the votes on the open polls: the service {@code statistics}. It depends on
 * {@code pollBook} by name, and the application can do without it. Safe for use by
 * several threads.
 */
@ManagedService(dependsOn = "pollBook", required = false, retry = @Retry(maxRetries = 1))
class Statistics implements ServiceLifecycle {

	private volatile LongSummaryStatistics votes = new LongSummaryStatistics();

	@Override
	public void start(ServiceContext context) {
		PollBook pollBook = context.dependency("pollBook", PollBook.class);
		this.votes = pollBook.openPolls().stream().mapToLong(Poll::votes).summaryStatistics();
	}

	/**
	 * The votes on the polls that were open when this service started.
	 * @return their number, sum and extremes, not to be changed
	 */
	LongSummaryStatistics votes() {
		return this.votes;
	}

}
