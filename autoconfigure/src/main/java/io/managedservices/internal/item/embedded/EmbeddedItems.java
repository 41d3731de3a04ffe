// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.embedded;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.embedded.ArmedItems.Item;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.work.ServiceTask;

/**
 * The items of one incarnation of a service, processed in this process. Each lane is a
 * task that does one thing after the other for as long as there is anything to do: the
 * search for all items if its time has come, the question for an item that was scheduled,
 * the items that are due. Entered by the lanes and by whoever schedules an item; all that
 * they share is guarded by one lock, which is never held while the service is called.
 * Tasks are asked under it, which never waits.
 *
 * @param <I> the type of the ids
 */
final class EmbeddedItems<I> implements ItemProcessing<I> {

	private static final Duration LATE_INTERVAL = Duration.ofSeconds(10);

	private final ItemService<I> service;

	private final ServiceContext context;

	private final Backend backend;

	private final ReentrantLock lock = new ReentrantLock();

	private final ItemAgenda<I> agenda;

	private final ItemLedger<I> ledger;

	private final ItemLanes lanes;

	private final ServiceTask searchAlarm;

	private final ServiceTask lateAlarm;

	private final Runnable clockListener = this::clockJumped;

	/** Whether the time has come to search for all items. */
	private boolean searchDue = true;

	/** Whether a lane searches for all items. */
	private boolean searching;

	private @Nullable Instant nextSearch;

	EmbeddedItems(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend) {
		this.service = service;
		this.context = context;
		this.backend = backend;
		this.ledger = new ItemLedger<>(service, settings, context, backend);
		this.agenda = new ItemAgenda<>(this.ledger, settings.retry().maxDelay(), backend);
		ServiceTask[] tasks = new ServiceTask[settings.concurrency()];
		Arrays.setAll(tasks, this::lane);
		this.lanes = new ItemLanes(tasks);
		this.searchAlarm = this.ledger.task("items-check-all", this::searchIsDue);
		this.lateAlarm = this.ledger.task("items-late", this::lookForLateOnes);
	}

	private ServiceTask lane(int number) {
		ItemLane<I> lane = new ItemLane<>(this, number);
		return this.ledger.task((number == 0) ? "items" : "items-" + (number + 1), lane::run).finishOnStop();
	}

	/**
	 * Begins. Nothing is called before the service runs.
	 */
	void begin() {
		this.lanes.begin();
		lookAgainForLateOnes();
		this.backend.addClockListener(this.clockListener);
		this.context.stopping().thenRun(this::forget);
	}

	// The next incarnation finds all items again. This one is kept for what it has
	// counted.
	private void forget() {
		this.backend.removeClockListener(this.clockListener);
		this.lock.lock();
		try {
			this.agenda.forgetAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void schedule(I id) {
		this.lock.lock();
		try {
			if (!this.context.isStopping() && this.agenda.ask(id)) {
				this.lanes.wake();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void searchIsDue() {
		this.lock.lock();
		try {
			if (!this.searching) {
				this.searchDue = true;
				this.lanes.wake();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// Those that are due in between may not be armed, and those that failed wait for a
	// time that the clock may not come to for long.
	private void clockJumped() {
		if (this.ledger.isOutdated()) {
			searchIsDue();
		}
	}

	private void lookForLateOnes() {
		this.lock.lock();
		try {
			this.agenda.lookForLateOnes();
		}
		finally {
			this.lock.unlock();
		}
		lookAgainForLateOnes();
	}

	private void lookAgainForLateOnes() {
		this.lateAlarm.repeat(Duration.ofNanos(this.backend.untilNextLook(LATE_INTERVAL.toNanos())));
	}

	@Override
	public ItemsSnapshot snapshot() {
		this.lock.lock();
		try {
			return this.agenda.snapshot(this.context.isStopping() ? null : this.nextSearch);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives a lane the next thing to do, after what it has done.
	 * @param lane the lane, which is told if it is to search for all items
	 * @param last the item that it had in hand, or {@code null}
	 * @return the next item, in hand, or {@code null} if there is none
	 */
	@Nullable Item<I> next(ItemLane<I> lane, @Nullable Item<I> last) {
		this.lock.lock();
		try {
			boolean stopping = this.context.isStopping();
			settle(lane, last, stopping);
			lane.searching = !stopping && this.searchDue;
			if (lane.searching) {
				this.searchDue = false;
				this.searching = true;
				this.agenda.searchBegins();
			}
			Item<I> next = (stopping || lane.searching) ? null : this.agenda.pick(lane);
			boolean picked = next != null || lane.searching;
			this.lanes.idle(lane.number(), !picked);
			if (picked && this.lanes.count() > 1 && (this.searchDue || this.agenda.hasMore())) {
				this.lanes.wake();
			}
			this.lanes.watch(this.agenda.next());
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void settle(ItemLane<I> lane, @Nullable Item<I> last, boolean stopping) {
		if (last == null) {
			if (lane.searching) {
				this.searching = false;
				this.agenda.searchEnds(lane.foundAll);
				Duration left = this.ledger.nextCheckAll();
				this.nextSearch = this.backend.instant().plus(left);
				this.searchAlarm.repeat(left);
			}
		}
		else if (stopping) {
			this.agenda.drop();
		}
		else {
			this.agenda.settle(last, lane);
		}
	}

	/**
	 * Arms items that the search for all has found.
	 * @param found the items
	 * @param times when they are due
	 */
	void arm(List<I> found, long[] times) {
		this.lock.lock();
		try {
			if (!this.context.isStopping()) {
				this.agenda.arm(found, times);
				this.lanes.watch(this.agenda.next());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	ItemService<I> service() {
		return this.service;
	}

	ServiceContext context() {
		return this.context;
	}

	ItemLedger<I> ledger() {
		return this.ledger;
	}

}
