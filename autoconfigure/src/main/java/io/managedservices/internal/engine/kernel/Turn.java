// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.LastResort;
import io.managedservices.internal.engine.listen.EventDispatcher;
import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

/**
 * What the coordinator has at hand while it works off its queue: the time, the services
 * to look at, the timers, and what is to be done outside afterwards. Confined to the
 * coordinator.
 */
public final class Turn {

	private static final Log logger = LineLog.of(Turn.class);

	/** How far the wall clock is counted on before it is read again, in nanoseconds. */
	private static final long READ_INTERVAL = 10_000_000;

	/** How many callbacks are handed over together: that costs little more than one. */
	private static final int BATCH = 16;

	private final TimerQueue timers = new TimerQueue();

	private final Backend backend;

	private final EventDispatcher events;

	private final Deque<ServiceNode> work = new ArrayDeque<>();

	private final List<Runnable> tasks = new ArrayList<>();

	private final List<Runnable> deliveries = new ArrayList<>();

	private long now;

	/** Whether that is the time of what is handled at present. */
	private boolean timed = true;

	/**
	 * The wall clock at {@link #readAt}: read once in a while, and counted on from there.
	 */
	private Instant read;

	private long readAt;

	private long readNanos;

	private @Nullable Instant instant;

	Turn(Backend backend, EventDispatcher events) {
		this.backend = backend;
		this.events = events;
		this.now = backend.nanoTime();
		this.readAt = this.now;
		this.read = backend.instant();
		this.readNanos = Nanos.of(this.read);
	}

	public TimerQueue timers() {
		return this.timers;
	}

	/**
	 * What comes next happens at a time of its own, which is read when it is asked for:
	 * that costs more than many a command.
	 */
	void advance() {
		this.timed = false;
	}

	public long now() {
		if (!this.timed) {
			this.timed = true;
			this.now = this.backend.nanoTime();
			this.instant = null;
		}
		return this.now;
	}

	public Instant instant() {
		long since = sinceRead();
		if (this.instant == null) {
			this.instant = this.read.plusNanos(since);
		}
		return this.instant;
	}

	public long epochNanos() {
		long since = sinceRead();
		return Nanos.later(this.readNanos, since);
	}

	/**
	 * The wall clock has jumped: it is read again.
	 */
	void clockJumped() {
		this.readAt = now() - READ_INTERVAL - 1;
		this.instant = null;
	}

	/**
	 * When to look again at what was found in order.
	 * @param interval how often it is looked at
	 * @return the time
	 */
	public long nextLook(Duration interval) {
		return now() + this.backend.untilNextLook(interval.toNanos());
	}

	private long sinceRead() {
		long time = now();
		if (time - this.readAt > READ_INTERVAL) {
			this.readAt = time;
			this.read = this.backend.instant();
			this.readNanos = Nanos.of(this.read);
		}
		return time - this.readAt;
	}

	public void execute(Runnable task) {
		this.tasks.add(task);
	}

	/**
	 * Hands over the callbacks, once the state that they belong to has been published.
	 */
	void launch() {
		if (!this.tasks.isEmpty()) {
			try {
				this.backend.execute(this.tasks);
			}
			finally {
				// Whatever became of them, none is handed over twice.
				this.tasks.clear();
			}
		}
	}

	public void deliverLater(Runnable delivery) {
		this.deliveries.add(delivery);
	}

	/**
	 * Hands over what is to be told to those who wait, once it has been published.
	 */
	void deliver() {
		if (!this.deliveries.isEmpty()) {
			List<Runnable> batch = List.copyOf(this.deliveries);
			this.deliveries.clear();
			batch.forEach(this::deliver);
		}
	}

	/**
	 * Hands over something that others wait for, whatever becomes of the backend. Any
	 * thread may call.
	 * @param delivery the completion of a future
	 */
	public void deliver(Runnable delivery) {
		try {
			this.backend.deliver(delivery);
		}
		catch (Throwable ex) {
			GuardedLog.error(logger, "The completion of a future could not be handed over", ex);
			deliverAllTheSame(delivery);
		}
	}

	private static void deliverAllTheSame(Runnable delivery) {
		try {
			LastResort.start(delivery, "managed-services-delivery", true);
		}
		catch (Throwable ex) {
			// Better here than never.
			delivery.run();
		}
	}

	/**
	 * Hands over the callbacks if there are so many that others should begin with them.
	 */
	void launchIfMany() {
		if (this.tasks.size() >= BATCH) {
			launch();
		}
	}

	public void lookAt(ServiceNode node) {
		if (!node.queued() && !node.isRemoved()) {
			node.queued(true);
			this.work.add(node);
		}
	}

	@Nullable ServiceNode poll() {
		ServiceNode node = this.work.poll();
		while (node != null && node.isRemoved()) {
			// It was to be looked at before it went.
			node = this.work.poll();
		}
		if (node != null) {
			node.queued(false);
		}
		return node;
	}

	/**
	 * Whether anybody is told: if not, events need not be made.
	 * @return whether there are listeners
	 */
	public boolean isObserved() {
		return this.events.hasListeners();
	}

	/**
	 * Tells listeners.
	 * @param event what happened
	 * @return {@code false} if it is dropped, as only an exposed event is
	 */
	public boolean tell(LifecycleEvent event) {
		return !isObserved() || this.events.tell(event);
	}

	/**
	 * Tells listeners that a service has failed.
	 * @param node the service
	 * @param what what of it, as {@link ServiceFailure} names it
	 * @param cause what was thrown, or a timeout
	 * @param severity a warning if it is tried again
	 */
	public void tellFailure(ServiceNode node, String what, Throwable cause, Severity severity) {
		if (isObserved()) {
			tell(new LifecycleEvent.ServiceFailed(node.snapshot(),
					new ServiceFailure(new ServiceFailure.Source(node.name(), WorkKind.SERVICE, what), cause,
							Guarded.stack(cause), instant(), severity)));
		}
	}

	/**
	 * Hands over what was told, in order.
	 */
	public void flush() {
		this.events.flush();
	}

}
