// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.ServiceException;
import io.managedservices.work.Task;

/**
 * Takes votes and writes them to the database once a second: the service
 * {@code ballotBox}. No vote that it has taken is lost when the application ends: in
 * {@code quiesce} it takes no more, and in {@code stop} it writes those that are left.
 * Safe for use by several threads.
 */
@ManagedService
class BallotBox implements ServiceLifecycle {

	private final Database database;

	/** How many there are of each. */
	private final Map<Ballot, Integer> ballots = new ConcurrentHashMap<>();

	private volatile boolean open;

	BallotBox(Database database) {
		this.database = database;
	}

	@Override
	public void start(ServiceContext context) {
		this.open = true;
	}

	/**
	 * Takes a vote. One for an answer that the poll does not have changes nothing.
	 * @param ballot the vote
	 * @throws ServiceException if no votes are taken any more
	 */
	void cast(Ballot ballot) {
		if (!this.open) {
			throw new ServiceException("ballotBox", "Service 'ballotBox' takes no votes: it is about to stop.", null);
		}
		this.ballots.merge(ballot, 1, Integer::sum);
	}

	@Override
	public void quiesce(ServiceContext context) {
		this.open = false;
		int left = this.ballots.values().stream().mapToInt(Integer::intValue).sum();
		context.status("writing the last %d votes".formatted(left));
		write(context);
		context.status("the last %d votes are written".formatted(left));
	}

	// A write that is under way has ended, or hangs with what it writes.
	@Override
	public void stop(ServiceContext context) {
		this.open = false;
		write(context);
	}

	@Task(every = "${polls.write-interval}", finishOnStop = true)
	void write(ServiceContext context) {
		Set<Long> polls = new HashSet<>();
		for (Ballot ballot : Set.copyOf(this.ballots.keySet())) {
			Integer count = this.ballots.remove(ballot);
			if (count != null) {
				write(ballot, count);
				polls.add(ballot.poll());
			}
		}
		if (!polls.isEmpty()) {
			context.events().emit(new VotesWritten(polls));
		}
	}

	private void write(Ballot ballot, int count) {
		try {
			this.database.client()
				.sql("update choice set votes = votes + ? where poll_id = ? and answer = ?")
				.params(count, ballot.poll(), ballot.answer())
				.update();
		}
		catch (RuntimeException ex) {
			this.ballots.merge(ballot, count, Integer::sum);
			throw ex;
		}
	}

}
