// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.work.MicroTask;
import io.managedservices.work.Task;

/**
 * Counts the votes on the open polls, and scores how much those move that are voted for:
 * the service {@code statistics}. It depends on {@code pollBook} by name, and the
 * application can do without it. Safe for use by several threads.
 */
@ManagedService(dependsOn = "pollBook", required = false, retry = @Retry(maxRetries = 1))
class Statistics implements ServiceLifecycle {

	private static final MicroTask SCORE = MicroTask.low("score");

	private final Map<Long, Long> scores = new ConcurrentHashMap<>();

	private volatile LongSummaryStatistics votes = new LongSummaryStatistics();

	@Override
	public void start(ServiceContext context) {
		recount(context);
	}

	@Task(every = "5m")
	void recount(ServiceContext context) {
		PollBook pollBook = context.dependency("pollBook", PollBook.class);
		this.votes = pollBook.openPolls().stream().mapToLong(Poll::votes).summaryStatistics();
	}

	@OnServiceEvent(source = "ballotBox")
	void on(VotesWritten event, ServiceContext context) throws Exception {
		for (Long poll : event.polls()) {
			context.work().run(SCORE, () -> score(poll));
		}
	}

	// Every batch of votes moves a poll by one, and what moved before counts for half.
	private Long score(Long poll) {
		return this.scores.merge(poll, 1000L, (before, moved) -> before / 2 + moved);
	}

	/**
	 * The votes on the open polls, as of the last count.
	 * @return their number, sum and extremes, not to be changed
	 */
	LongSummaryStatistics votes() {
		return this.votes;
	}

	/**
	 * How much polls have moved lately.
	 * @return a score by the key of the poll, without those that nobody has voted for
	 */
	Map<Long, Long> scores() {
		return Map.copyOf(this.scores);
	}

}
