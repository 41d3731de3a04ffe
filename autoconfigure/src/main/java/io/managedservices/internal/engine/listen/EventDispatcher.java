// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.listen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;

/**
 * Tells listeners what happened. Each has a queue of its own, so that one which is slow
 * or hangs holds up itself alone. Of exposed events, which come as fast as applications
 * emit them, only so many wait for each listener; all others are told, whatever listeners
 * do. Entered by the coordinator, which tells, and by any thread that adds or removes a
 * listener.
 */
public final class EventDispatcher {

	private final List<ListenerQueue> queues = new CopyOnWriteArrayList<>();

	private final Backend backend;

	private final int exposedEventBuffer;

	/**
	 * Create a dispatcher.
	 * @param backend time and threads
	 * @param exposedEventBuffer how many exposed events wait at most, for each listener
	 */
	public EventDispatcher(Backend backend, int exposedEventBuffer) {
		this.backend = backend;
		this.exposedEventBuffer = exposedEventBuffer;
	}

	public void add(LifecycleListener listener) {
		add(new ListenerQueue(listener, this.backend, this.exposedEventBuffer), listener);
	}

	// With two queues one listener would be told two events at a time.
	private synchronized void add(ListenerQueue added, LifecycleListener listener) {
		for (ListenerQueue queue : this.queues) {
			if (queue.isFor(listener)) {
				return;
			}
		}
		this.queues.add(added);
	}

	public synchronized void remove(LifecycleListener listener) {
		for (ListenerQueue queue : this.queues) {
			if (queue.isFor(listener)) {
				queue.remove();
				this.queues.remove(queue);
				return;
			}
		}
	}

	/**
	 * Waits no longer for the listener that the calling thread is inside of. Any thread
	 * may call.
	 */
	public void releaseCaller() {
		Thread caller = Thread.currentThread();
		this.queues.forEach((queue) -> queue.release((teller) -> teller == caller));
	}

	/**
	 * Waits no longer for listeners that are inside {@link System#exit}. Any thread may
	 * call.
	 */
	public void releaseExiting() {
		this.queues.forEach((queue) -> queue.release(ProcessExit::isCalledBy));
	}

	public boolean hasListeners() {
		return !this.queues.isEmpty();
	}

	/**
	 * Takes an event for all listeners. Called inside the coordinator.
	 * @param event what happened
	 * @return {@code false} if it is dropped for one of them at least, as only an exposed
	 * event is
	 */
	public boolean tell(LifecycleEvent event) {
		boolean told = true;
		for (ListenerQueue queue : this.queues) {
			told &= queue.tell(event);
		}
		return told;
	}

	/**
	 * Hands over what was told, in order. Called inside the coordinator.
	 */
	public void flush() {
		for (ListenerQueue queue : this.queues) {
			queue.flush();
		}
	}

	/**
	 * Waits until the listeners have been told all that they were to be told so far.
	 * Called inside the coordinator.
	 * @param limit how long at most: the log then names those that have not, with the
	 * number of events
	 * @return completed when they have, or the time is over
	 */
	public CompletableFuture<Void> whenTold(Duration limit) {
		List<ListenerQueue.Mark> marks = new ArrayList<>();
		for (ListenerQueue queue : this.queues) {
			marks.add(queue.mark());
		}
		return CompletableFuture
			.allOf(marks.stream().map(ListenerQueue.Mark::reached).toArray(CompletableFuture<?>[]::new))
			.completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS)
			.thenRunAsync(() -> marks.forEach((mark) -> mark.warnUnlessReached(limit)), this.backend::deliver);
	}

}
