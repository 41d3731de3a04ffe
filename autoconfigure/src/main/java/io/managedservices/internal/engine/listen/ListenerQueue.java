// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.listen;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Inbox;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.line.RepeatedLog;
import io.managedservices.internal.line.RepeatedLog.Level;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

/**
 * What one listener is still to be told, and tells it: one event at a time, in order, on
 * a thread of the backend. Entered by the coordinator, which adds, by the one thread at a
 * time that delivers, and by any thread that removes the listener.
 */
final class ListenerQueue {

	private static final Log logger = LineLog.of(ListenerQueue.class);

	private final LifecycleListener listener;

	private final Backend backend;

	/** How many failures wait at most: each of them holds a stack. */
	static final int MAX_FAILURES = 10_000;

	private final Backlog failures;

	/** How many failures the listener was not told. Written inside the coordinator. */
	private final AtomicLong leftOut = new AtomicLong();

	/** Of a listener that is told of exposed events. */
	private final @Nullable Backlog exposed;

	private final Inbox<Batch> batches = new Inbox<>();

	private final Runnable delivery = this::deliver;

	private final RepeatedLog log;

	/** How many events were taken out to be told. Written by the thread that delivers. */
	private final AtomicLong taken = new AtomicLong();

	private volatile boolean removed;

	/** The thread that is inside the listener, if any. */
	private volatile @Nullable Thread teller;

	/** Whether nobody waits for the listener any more. */
	private volatile boolean released;

	/** The last mark, which somebody may wait for. */
	private volatile @Nullable Mark lastMark;

	/** How many events were added. Confined to the coordinator, as is what follows. */
	private long added;

	/** The last events that were told and not handed over. */
	private @Nullable Batch newest;

	private @Nullable Batch oldest;

	/**
	 * Create a queue, in which nothing waits.
	 * @param listener who is told
	 * @param backend time and threads
	 * @param exposedEventBuffer how many exposed events wait at most
	 */
	ListenerQueue(LifecycleListener listener, Backend backend, int exposedEventBuffer) {
		this.listener = listener;
		this.backend = backend;
		this.log = new RepeatedLog(logger, backend::nanoTime);
		this.exposed = listener.supportsExposedEvents()
				? new Backlog(backend, exposedEventBuffer, () -> describeExposed(exposedEventBuffer)) : null;
		this.failures = new Backlog(backend, MAX_FAILURES, this::describeFailures);
	}

	private String describeExposed(int most) {
		return "%d exposed events wait for the listener %s: for it further ones are dropped, and counted as exposedDropped of their service, until some of these have been told. Let listeners of services and @EventListener methods end sooner, or raise managed-services.work.exposed-event-buffer."
			.formatted(most, Guarded.text(this.listener));
	}

	private String describeFailures() {
		return "%d failures wait for the listener %s: for it further ones are left out and counted, until some of these have been told. Let it end sooner, or hand its work on."
			.formatted(MAX_FAILURES, Guarded.text(this.listener));
	}

	boolean isFor(LifecycleListener other) {
		return this.listener == other;
	}

	/**
	 * Tells the listener nothing more, but for what it is being told right now.
	 */
	void remove() {
		this.removed = true;
	}

	/**
	 * Takes an event, unless the listener does not hear of such. Called inside the
	 * coordinator.
	 * @param event what happened
	 * @return {@code false} if it is dropped, as only an exposed event is, and the
	 * failure after very many
	 */
	boolean tell(LifecycleEvent event) {
		if (isFailure(event) && !this.failures.add()) {
			this.leftOut.incrementAndGet();
			return false;
		}
		if (event instanceof LifecycleEvent.Emitted) {
			if (this.exposed == null) {
				return true;
			}
			if (!this.exposed.add()) {
				return false;
			}
		}
		Batch batch = this.newest;
		if (batch == null || batch.isFull()) {
			batch = begin(batch);
		}
		batch.add(event);
		this.added++;
		return true;
	}

	private static boolean isFailure(LifecycleEvent event) {
		return event instanceof LifecycleEvent.WorkFailed || event instanceof LifecycleEvent.ServiceFailed
				|| event instanceof LifecycleEvent.ErrorReported;
	}

	private Batch begin(@Nullable Batch before) {
		Batch batch = new Batch();
		if (before == null) {
			this.oldest = batch;
		}
		else {
			batch.putAfter(before);
		}
		this.newest = batch;
		return batch;
	}

	/**
	 * Marks what was told so far. Called inside the coordinator.
	 * @return the mark
	 */
	Mark mark() {
		Batch batch = begin(this.newest);
		Mark mark = new Mark(this.added);
		batch.mark = mark;
		this.lastMark = mark;
		if (this.released) {
			mark.reached.complete(null);
		}
		return mark;
	}

	/**
	 * Waits no longer for the listener if it waits itself for who waits for it. Any
	 * thread may call.
	 * @param condition tells whether the thread that is inside the listener does
	 */
	void release(Predicate<Thread> condition) {
		Thread inside = this.teller;
		if (inside != null && condition.test(inside)) {
			this.released = true;
			Mark mark = this.lastMark;
			if (mark != null) {
				mark.reached.complete(null);
			}
		}
	}

	/**
	 * Hands over what was told, in order. Called inside the coordinator.
	 */
	void flush() {
		Batch last = this.newest;
		if (last != null) {
			this.newest = null;
			if (this.batches.add(last, Objects.requireNonNull(this.oldest))) {
				this.backend.deliver(this.delivery);
			}
		}
	}

	private void deliver() {
		Batch batch = this.batches.takeAll();
		while (batch != null) {
			deliver(batch);
			Batch next = Inbox.next(batch);
			batch = (next != null) ? next : this.batches.takeAll();
		}
	}

	private void deliver(Batch batch) {
		Mark mark = batch.mark;
		if (mark != null) {
			this.log.end();
			tellLeftOut();
			mark.reached.complete(null);
		}
		for (int index = 0; index < batch.size; index++) {
			deliver(Objects.requireNonNull(batch.events[index]));
		}
	}

	private void deliver(LifecycleEvent event) {
		this.taken.setRelease(this.taken.getPlain() + 1);
		if (this.exposed != null && event instanceof LifecycleEvent.Emitted) {
			this.exposed.take();
		}
		if (isFailure(event)) {
			this.failures.take();
		}
		if (this.removed) {
			return;
		}
		this.teller = Thread.currentThread();
		try {
			this.listener.onEvent(event);
		}
		catch (Throwable ex) {
			this.log.write(Level.ERROR, event.getClass().getName(), Guarded.text(ex),
					() -> "The listener %s failed on %s".formatted(Guarded.text(this.listener), Guarded.text(event)),
					ex);
		}
		this.teller = null;
		this.released = false;
		// One that was left by a listener is not meant for what comes next.
		Thread.interrupted();
	}

	private void tellLeftOut() {
		long count = this.leftOut.getAndSet(0);
		if (count > 0) {
			GuardedLog.warn(logger, "The listener %s was too slow for %d failures, which it was not told"
				.formatted(Guarded.text(this.listener), count), null);
		}
	}

	/**
	 * A place in the queue, between what was told before it and what is told after it.
	 * Safe for use by several threads.
	 */
	final class Mark {

		private final long added;

		private final CompletableFuture<Void> reached = new CompletableFuture<>();

		private Mark(long added) {
			this.added = added;
		}

		/**
		 * When the listener has been told all that was added before.
		 * @return completed then, on the thread that delivers
		 */
		CompletableFuture<Void> reached() {
			return this.reached;
		}

		/**
		 * Logs how much the listener has not been told, if it has not been told all.
		 * @param waited how long it was waited for that
		 */
		void warnUnlessReached(Duration waited) {
			ListenerQueue queue = ListenerQueue.this;
			if (!this.reached.isDone() && !queue.removed) {
				GuardedLog.warn(logger,
						"The listener %s is slow: after %d ms it has not come back from an event, and has not been told %d further ones: they are lost if the application ends now. Let the listener end sooner, or hand its work on."
							.formatted(Guarded.text(queue.listener), waited.toMillis(),
									this.added - queue.taken.getAcquire()),
						null);
			}
		}

	}

	/**
	 * A few events on their way: a link for each of them costs as much as the event.
	 */
	private static final class Batch extends Inbox.Item {

		private final @Nullable LifecycleEvent[] events = new LifecycleEvent[8];

		private int size;

		/** Before the events, if any. */
		private @Nullable Mark mark;

		boolean isFull() {
			return this.size == this.events.length;
		}

		void add(LifecycleEvent event) {
			this.events[this.size++] = event;
		}

	}

}
