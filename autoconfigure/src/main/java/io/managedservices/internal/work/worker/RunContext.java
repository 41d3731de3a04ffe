// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Command;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.work.core.Required;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.WorkKind;
import io.managedservices.work.WorkerContext;

/**
 * What a worker knows in one run. Entered by any thread; the coordinator alone tells it
 * to end. Its lock is held while something is closed, so that the run has not ended
 * before that, and never inside the coordinator.
 */
final class RunContext implements WorkerContext {

	private final WorkScope scope;

	private final String name;

	private final int attempt;

	private final CountDownLatch told = new CountDownLatch(1);

	private final CompletableFuture<Void> stopping = new CompletableFuture<>();

	private final ReentrantLock lock = new ReentrantLock();

	/** What is to be closed, the newest first. Guarded by the lock. */
	private final Deque<AutoCloseable> resources = new ArrayDeque<>();

	private volatile boolean over;

	private volatile boolean closedToEnd;

	private volatile long lastBeat;

	private volatile boolean pausedAsleep;

	private @Nullable WorkerRun run;

	RunContext(WorkScope scope, String name, int attempt) {
		this.scope = scope;
		this.name = name;
		this.attempt = attempt;
	}

	/**
	 * Says which run this is. Called once, before it can be asked for anything.
	 * @param itsRun the run
	 */
	void of(WorkerRun itsRun) {
		this.run = itsRun;
	}

	/**
	 * Which run this is.
	 * @return the run, or {@code null} if it was made without one
	 */
	@Nullable WorkerRun run() {
		return this.run;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public boolean isStopping() {
		boolean ending = isTold() || !this.scope.mayBegin();
		if (ending && !this.scope.isEnded() && this.run != null) {
			this.run.lookAlone();
		}
		else {
			UserCall.look(this.scope.incarnation(), ending);
		}
		return ending;
	}

	private boolean isTold() {
		return this.told.getCount() == 0;
	}

	@Override
	public CompletionStage<Void> stopping() {
		looks();
		return this.stopping.minimalCompletionStage();
	}

	// It will hear of it.
	private void looks() {
		UserCall.look(this.scope.incarnation(), false);
	}

	@Override
	public boolean pause(Duration time) throws InterruptedException {
		Required.of(time, "time", this.scope, WorkKind.WORKER, this.name);
		UserCall.listen(this.scope.incarnation());
		try {
			boolean unused = this.told.await(TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			if (!isTold()) {
				throw ex;
			}
		}
		finally {
			UserCall.listened(this.scope.incarnation());
		}
		// Looked at last: what is asked since then is asked as what does not listen.
		return !isStopping();
	}

	@Override
	public boolean isAsleep() {
		return this.scope.workplace().isAsleep();
	}

	@Override
	public boolean pauseWhileAsleep() throws InterruptedException {
		this.pausedAsleep = true;
		try {
			this.scope.workplace().sleep().awaitWaking(this.scope.incarnation(), this::isTold);
		}
		finally {
			beat();
			this.pausedAsleep = false;
		}
		return !isStopping();
	}

	/**
	 * When it gave its last beat, or began.
	 * @return the time, or the present one while it waits to be woken
	 */
	long lastBeat() {
		return this.pausedAsleep ? coordination().nanoTime() : this.lastBeat;
	}

	@Override
	public <T extends AutoCloseable> T closeOnStop(T resource) {
		Required.of(resource, "resource", this.scope, WorkKind.WORKER, this.name);
		looks();
		this.lock.lock();
		try {
			this.resources.addFirst(resource);
			if (this.over) {
				closeAll();
			}
			return resource;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void beat() {
		this.lastBeat = coordination().nanoTime();
	}

	/**
	 * Tells it to end. Called inside the coordinator.
	 */
	void end() {
		this.told.countDown();
		this.scope.workplace().sleep().lookAgain();
		coordination().deliver(() -> {
			// A stage that blocks must not keep open what the worker waits in.
			close();
			this.stopping.complete(null);
		});
	}

	/**
	 * Closes what there is to close, and from now on at once. Called outside the
	 * coordinator.
	 */
	void close() {
		this.lock.lock();
		try {
			this.over = true;
			closeAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether something was closed so that it ends: it may have failed because of that.
	 * @return whether something was
	 */
	boolean hasClosedToEnd() {
		return this.closedToEnd;
	}

	private void closeAll() {
		while (!this.resources.isEmpty()) {
			this.closedToEnd = this.closedToEnd || isTold();
			close(this.resources.removeFirst());
		}
	}

	private void close(AutoCloseable resource) {
		try {
			resource.close();
		}
		catch (Throwable ex) {
			coordination().submit(Command
				.of(() -> this.scope.workplace().failures().add(WorkKind.WORKER, this.name, ex, Severity.ERROR)));
		}
	}

	private Coordination coordination() {
		return this.scope.workplace().coordination();
	}

}
