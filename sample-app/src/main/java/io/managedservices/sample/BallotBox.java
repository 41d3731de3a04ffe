// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.state.ServiceException;

/**
 * Takes votes and writes them to the database once a second: the service
 * {@code ballotBox}. A vote that it has taken is written before the application ends:
 * when it is told to quiesce it takes no more, and when it is stopped none is left. Safe
 * for use by several threads.
 */
@ManagedService
class BallotBox implements ServiceLifecycle {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private final Database database;

	private final Queue<Ballot> ballots = new ConcurrentLinkedQueue<>();

	/** Held while votes are written, so that each is by one thread only. */
	private final ReentrantLock writing = new ReentrantLock();

	private CountDownLatch closing = new CountDownLatch(0);

	private CompletableFuture<Void> writer = CompletableFuture.completedFuture(null);

	BallotBox(Database database) {
		this.database = database;
	}

	@Override
	public synchronized void start(ServiceContext context) {
		CountDownLatch latch = new CountDownLatch(1);
		this.closing = latch;
		this.writer = context.work().worker("writer", (worker) -> write(latch, context)).start();
	}

	/**
	 * Takes a vote. One for an answer that the poll does not have changes nothing.
	 * @param ballot the vote
	 * @throws ServiceException if no votes are taken any more
	 */
	synchronized void cast(Ballot ballot) {
		if (this.closing.getCount() == 0) {
			throw new ServiceException("ballotBox", "Service 'ballotBox' takes no votes: it is about to stop.", null);
		}
		this.ballots.add(ballot);
	}

	@Override
	public void quiesce(ServiceContext context) throws Exception {
		CompletableFuture<Void> last = close();
		int left = this.ballots.size();
		context.status("writing the last %d votes".formatted(left));
		last.get();
		context.status("the last %d votes are written".formatted(left));
	}

	/**
	 * Writes what is left. One that still hangs in a write is waited for: a vote that two
	 * write is counted twice. Nobody is told of these votes, since a service that stops
	 * emits nothing: they count, but do not move the score. When the application ends
	 * there are none, because {@link #quiesce} has had them written while all still run.
	 */
	@Override
	public void stop(ServiceContext context) throws InterruptedException {
		CompletableFuture<Void> unused = close();
		writeAll();
	}

	private synchronized CompletableFuture<Void> close() {
		this.closing.countDown();
		return this.writer;
	}

	private void write(CountDownLatch latch, ServiceContext context) throws InterruptedException {
		try {
			while (!latch.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
				writeAndTell(context);
			}
			writeAndTell(context);
		}
		catch (RuntimeException ex) {
			// The votes stay where they are until it has started again.
			context.fail(ex);
		}
	}

	private void writeAndTell(ServiceContext context) throws InterruptedException {
		Set<Long> polls = writeAll();
		if (!polls.isEmpty()) {
			context.events().emit(new VotesWritten(polls));
		}
	}

	private Set<Long> writeAll() throws InterruptedException {
		Set<Long> polls = new HashSet<>();
		this.writing.lockInterruptibly();
		try {
			for (Ballot ballot = this.ballots.peek(); ballot != null; ballot = this.ballots.peek()) {
				this.database.client()
					.sql("update choice set votes = votes + 1 where poll_id = ? and answer = ?")
					.params(ballot.poll(), ballot.answer())
					.update();
				this.ballots.remove();
				polls.add(ballot.poll());
			}
		}
		finally {
			this.writing.unlock();
		}
		return polls;
	}

}
