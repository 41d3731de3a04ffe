// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.TaskBody;
import io.managedservices.work.WorkKind;

/**
 * What every engine keeps for one incarnation of an item service: its counters, the
 * warning while items are late, and the search for all items. For engines, not for
 * services. Safe for use by several threads; only the search is to be run by one at a
 * time.
 *
 * @param <I> the type of the ids
 * @since 0.1.0
 */
public final class ItemLedger<I> {

	private static final Duration AT_ONCE = Duration.ofNanos(1);

	private final ItemSettings settings;

	private final ServiceContext context;

	private final Backend backend;

	private final CheckAll<I> checkAll;

	private final LateWarning lateWarning;

	private final ItemCounts counts = new ItemCounts();

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Create a ledger.
	 * @param service the service
	 * @param settings its settings
	 * @param context of its incarnation
	 * @param backend time, that of the services
	 * @throws io.managedservices.state.ServiceException if its interval is invalid
	 */
	public ItemLedger(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend) {
		this.settings = settings;
		this.context = context;
		this.backend = backend;
		this.checkAll = new CheckAll<>(service, settings, context, backend);
		this.lateWarning = new LateWarning(context, settings.lateThreshold());
		this.checkAll.interval();
	}

	/**
	 * A task of the engine, with nothing around it of what is around those of services,
	 * and at its time, however busy those of others are.
	 * @param name its name
	 * @param body what it does
	 * @return the task, which is not started
	 */
	public ServiceTask task(String name, Runnable body) {
		return this.context.work().task(name, (TaskBody & Surrounding.Bare) (task) -> body.run()).maxDelay(AT_ONCE);
	}

	/**
	 * Searches for all items; tells what is wrong with what is found.
	 * @param armer takes ids and times of what is due within two intervals, part by part;
	 * does not throw
	 * @return whether all was found
	 */
	public boolean checkAll(Armer<I> armer) {
		return this.checkAll.run(armer);
	}

	/**
	 * Whether the wall clock has jumped so far since the last search that this may have
	 * missed what is due before the next one.
	 * @return whether it has
	 */
	public boolean isOutdated() {
		return this.checkAll.isOutdated();
	}

	/**
	 * The longest time between two searches, as the service has said last.
	 * @return above 0
	 */
	public Duration interval() {
		return this.checkAll.lastInterval();
	}

	/**
	 * The longest time between two searches, as the service has said last.
	 * @return microseconds
	 */
	public long intervalMicros() {
		return this.checkAll.intervalMicros();
	}

	/**
	 * When to search again after the last search.
	 * @return from now on
	 */
	public Duration nextCheckAll() {
		return this.checkAll.next();
	}

	/**
	 * An item is about to be processed.
	 * @param late how late, in microseconds
	 * @param again whether it is tried again after a failure, so that its time says
	 * nothing
	 */
	public void began(long late, boolean again) {
		this.lock.lock();
		try {
			if (again) {
				this.counts.retried++;
			}
			else {
				this.counts.lateness.record(late);
				this.lateWarning.began(late);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How late an item is.
	 * @param time when it was due, or will be
	 * @return microseconds
	 */
	public long late(Instant time) {
		return EpochMicros.floor(this.backend.instant()) - EpochMicros.ceil(time);
	}

	/**
	 * An item was processed.
	 * @param outcome what came of it: whoever writes a service may return what is
	 * declared never to be null
	 * @return the outcome
	 * @throws IllegalStateException if there is none
	 */
	public Outcome processed(@Nullable Outcome outcome) {
		if (outcome == null) {
			throw new IllegalStateException(
					"The outcome of process of item service '%s' is invalid: expected DONE or NOT_YET, found null"
						.formatted(this.context.name()));
		}
		this.lock.lock();
		try {
			if (outcome == Outcome.DONE) {
				this.counts.processed++;
			}
			else {
				this.counts.notYet++;
			}
		}
		finally {
			this.lock.unlock();
		}
		return outcome;
	}

	/**
	 * An item has failed, and will be tried again: counts it, and tells of it unless that
	 * is the interrupt of the stop.
	 * @param id the item
	 * @param cause why
	 */
	public void failed(Object id, Throwable cause) {
		this.lock.lock();
		try {
			this.counts.failed++;
		}
		finally {
			this.lock.unlock();
		}
		if (!isInterruptOfStop(cause)) {
			this.context.work().failed(WorkKind.ITEM, String.valueOf(id), cause, Severity.WARNING);
		}
	}

	/**
	 * Whether a failure has no other reason than that the service stops.
	 * @param cause what was thrown on this thread
	 * @return whether it is the interrupt of the stop
	 */
	public boolean isInterruptOfStop(Throwable cause) {
		return this.context.isStopping()
				&& (cause instanceof InterruptedException || Thread.currentThread().isInterrupted());
	}

	/**
	 * What is stored about items has to be written again, since others were at it, too.
	 */
	public void conflict() {
		this.lock.lock();
		try {
			this.counts.conflicts++;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The first item that is armed waits to begin.
	 * @param late how late it is, in microseconds; below 0 if its time is yet to come
	 */
	public void waits(long late) {
		this.lock.lock();
		try {
			this.lateWarning.waits(late);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * No item is due.
	 */
	public void caughtUp() {
		this.lock.lock();
		try {
			this.lateWarning.caughtUp();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How long an item that failed waits.
	 * @param failures how often it has failed in a row, 1 or more
	 * @return the wait
	 */
	public Duration retryAfter(int failures) {
		return this.settings.retry().after(failures);
	}

	/**
	 * How the items are.
	 * @param due how many are due and wait for their turn
	 * @param armed how many wait for their time, with those that are due
	 * @param inHand how many are being processed
	 * @param late how late the first one is that is due, in microseconds; 0 or below if
	 * none is
	 * @param next when the next search begins, or {@code null} if it does not
	 * @return a snapshot
	 */
	public ItemsSnapshot snapshot(int due, int armed, int inHand, long late, @Nullable Instant next) {
		this.lock.lock();
		try {
			return this.counts.snapshot(due, armed, inHand, late, this.checkAll.snapshot(next));
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes what a search finds.
	 *
	 * @param <I> the type of the ids
	 */
	@FunctionalInterface
	public interface Armer<I> {

		/**
		 * Takes a part of it.
		 * @param found the items; to be copied if they are kept
		 * @param times when they are due, in microseconds since 1970
		 */
		void arm(List<I> found, long[] times);

	}

}
