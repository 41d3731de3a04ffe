package io.managedservices.sample;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceException;
import io.managedservices.ServiceLifecycle;

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

	private CountDownLatch closing = new CountDownLatch(0);

	private @Nullable Thread writer;

	BallotBox(Database database) {
		this.database = database;
	}

	@Override
	public synchronized void start(ServiceContext context) {
		CountDownLatch latch = new CountDownLatch(1);
		Thread thread = new Thread(() -> write(latch, context), "ballot-box");
		thread.setDaemon(true);
		this.closing = latch;
		this.writer = thread;
		thread.start();
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
	public void quiesce(ServiceContext context) throws InterruptedException {
		close();
		int left = this.ballots.size();
		context.status("writing the last %d votes".formatted(left));
		awaitWriter();
		context.status("the last %d votes are written".formatted(left));
	}

	@Override
	public void stop(ServiceContext context) throws InterruptedException {
		close();
		awaitWriter();
		// What is left if the database failed.
		writeAll();
	}

	private synchronized void close() {
		this.closing.countDown();
	}

	private void awaitWriter() throws InterruptedException {
		Thread thread = writer();
		if (thread != null) {
			thread.join();
		}
	}

	private synchronized @Nullable Thread writer() {
		return this.writer;
	}

	private void write(CountDownLatch latch, ServiceContext context) {
		try {
			while (!latch.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
				writeAll();
			}
			writeAll();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			// The votes stay where they are until it has started again.
			context.fail(ex);
		}
	}

	private void writeAll() {
		for (Ballot ballot = this.ballots.peek(); ballot != null; ballot = this.ballots.peek()) {
			this.database.client()
				.sql("update choice set votes = votes + 1 where poll_id = ? and answer = ?")
				.params(ballot.poll(), ballot.answer())
				.update();
			this.ballots.remove();
		}
	}

}
