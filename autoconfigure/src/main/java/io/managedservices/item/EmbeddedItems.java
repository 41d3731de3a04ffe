package io.managedservices.item;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.managedservices.Condition.Severity;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceTask;
import io.managedservices.WorkKind;
import io.managedservices.concurrent.Backend;
import io.managedservices.item.ArmedItems.Item;

/**
 * The items of one incarnation of a service, processed in this process. Each lane is a
 * task that does one thing after the other for as long as there is anything to do: the
 * search for all items if its time has come, the question for an item that was scheduled,
 * the items that are due. One lane that has nothing to do is woken when the next of that
 * comes due. Entered by the lanes and by whoever schedules an item; all that they share
 * is guarded by one lock, which is never held while the service is called. Tasks are
 * asked under it, which never waits.
 *
 * @param <I> the type of the ids
 */
final class EmbeddedItems<I> implements ItemProcessing<I> {

	private static final long SECOND = 1_000_000;

	private static final int NOBODY = -1;

	/** Items are due at their times, however busy the tasks of others are. */
	private static final Duration AT_ONCE = Duration.ofNanos(1);

	/** How many items that are due are counted for a snapshot. */
	private static final int DUE_COUNTED = 100;

	private final ItemService<I> service;

	private final ItemSettings settings;

	private final ServiceContext context;

	private final Backend backend;

	private final ReentrantLock lock = new ReentrantLock();

	private final ArmedItems<I> items = new ArmedItems<>();

	/** Those of which it is asked when they are due. */
	private final Set<I> asked = new LinkedHashSet<>();

	private final ItemCounts counts = new ItemCounts();

	private final LateWarning lateWarning;

	private final CheckAll<I> checkAll;

	private final List<ServiceTask> lanes = new ArrayList<>();

	private final ServiceTask searchAlarm;

	/** Which lanes have nothing to do. */
	private final boolean[] idle;

	/** Which idle lane is woken when the next thing is due. */
	private int watcher = NOBODY;

	private long watchedTime;

	/** Whether the time has come to search for all items. */
	private boolean searchDue = true;

	private @Nullable Instant nextSearch;

	/** Whether the next lane looks for items that are due before those that are asked. */
	private boolean dueFirst;

	EmbeddedItems(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend) {
		this.service = service;
		this.settings = settings;
		this.context = context;
		this.backend = backend;
		this.idle = new boolean[settings.concurrency()];
		this.lateWarning = new LateWarning(context, settings.lateThreshold());
		this.checkAll = new CheckAll<>(service, settings, context, backend);
		this.searchAlarm = context.work().task("items-check-all", this::searchIsDue).maxDelay(AT_ONCE);
	}

	/**
	 * Begins. Nothing is called before the service runs.
	 */
	void begin() {
		this.checkAll.interval();
		for (int number = 0; number < this.idle.length; number++) {
			ItemLane<I> lane = new ItemLane<>(this, number);
			this.lanes.add(this.context.work()
				.task((number == 0) ? "items" : "items-" + (number + 1), lane::run)
				.maxDelay(AT_ONCE)
				.finishOnStop());
			this.idle[number] = number > 0;
		}
		this.lanes.get(0).startAsap();
	}

	@Override
	public void schedule(I id) {
		this.lock.lock();
		try {
			if (this.asked.add(id)) {
				wakeIdle();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void searchIsDue() {
		this.lock.lock();
		try {
			this.searchDue = true;
			wakeIdle();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public ItemsSnapshot snapshot() {
		this.lock.lock();
		try {
			return this.counts.snapshot(this.items.due(now(), DUE_COUNTED), this.items.armed(),
					this.items.known() - this.items.armed(),
					this.checkAll.snapshot(this.context.isStopping() ? null : this.nextSearch));
		}
		finally {
			this.lock.unlock();
		}
	}

	private long now() {
		return EpochMicros.floor(this.backend.instant());
	}

	/**
	 * Gives a lane the next thing to do, after what it has done.
	 * @param lane the lane
	 * @return whether there is anything
	 */
	boolean next(ItemLane<I> lane) {
		boolean picked;
		this.lock.lock();
		try {
			settle(lane);
			if (this.watcher == lane.number()) {
				this.watcher = NOBODY;
			}
			picked = !this.context.isStopping() && pick(lane);
			this.idle[lane.number()] = !picked;
			if (picked && isMoreToDo()) {
				wakeIdle();
			}
			watch();
		}
		finally {
			this.lock.unlock();
		}
		return picked;
	}

	private boolean pick(ItemLane<I> lane) {
		if (this.searchDue) {
			this.searchDue = false;
			lane.checkAll();
			return true;
		}
		long now = now();
		this.dueFirst = !this.dueFirst;
		return this.dueFirst ? pickDue(lane, now) || pickAsked(lane) : pickAsked(lane) || pickDue(lane, now);
	}

	private boolean pickDue(ItemLane<I> lane, long now) {
		long time = this.items.next();
		if (time > now) {
			this.lateWarning.caughtUp();
			return false;
		}
		Item<I> item = this.items.takeFirst();
		if (item.failures > 0) {
			this.counts.retried++;
		}
		else if (!item.held) {
			this.counts.lateness.record(now - time);
			this.lateWarning.began(now - time);
		}
		lane.process(item);
		return true;
	}

	// One that is in hand is asked for when that has come to its end.
	private boolean pickAsked(ItemLane<I> lane) {
		I found = null;
		for (I id : this.asked) {
			Item<I> item = this.items.find(id);
			if (item == null || !item.isInHand()) {
				found = id;
				break;
			}
		}
		if (found == null) {
			return false;
		}
		this.asked.remove(found);
		Item<I> item = this.items.find(found);
		if (item == null) {
			item = this.items.add(found);
		}
		else {
			this.items.disarm(item);
		}
		lane.ask(item);
		return true;
	}

	private boolean isMoreToDo() {
		return this.idle.length > 1 && (this.searchDue || !this.asked.isEmpty() || this.items.next() <= now());
	}

	private void settle(ItemLane<I> lane) {
		Item<I> item = lane.takeItem();
		if (item != null) {
			settle(item, lane);
		}
		else if (lane.hasCheckedAll()) {
			Duration left = this.checkAll.next();
			this.nextSearch = this.backend.instant().plus(left);
			this.searchAlarm.repeat(left);
		}
	}

	private void settle(Item<I> item, ItemLane<I> lane) {
		Outcome outcome = lane.outcome();
		if (outcome == Outcome.DONE) {
			this.counts.processed++;
		}
		else if (outcome == Outcome.NOT_YET) {
			this.counts.notYet++;
		}
		long next = lane.nextTime();
		if (lane.failed()) {
			item.failures++;
			this.counts.failed++;
			next = EpochMicros.plus(now(), micros(this.settings.retry().after(item.failures)));
		}
		else {
			item.failures = 0;
			item.processed = false;
			if (outcome == Outcome.NOT_YET && next != EpochMicros.NEVER) {
				next = Math.max(next, EpochMicros.plus(now(), SECOND));
			}
		}
		item.held = lane.failed() || outcome == Outcome.NOT_YET;
		if (next == EpochMicros.NEVER) {
			this.items.remove(item);
		}
		else {
			this.items.arm(item, next);
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
			for (int index = 0; index < times.length; index++) {
				arm(found.get(index), times[index]);
			}
			watch();
		}
		finally {
			this.lock.unlock();
		}
	}

	// What becomes of one that is in hand is asked when that has come to its end.
	private void arm(I id, long time) {
		Item<I> item = this.items.find(id);
		if (item == null) {
			this.items.arm(this.items.add(id), time);
		}
		else if (!item.isInHand()) {
			this.items.arm(item, item.held ? Math.max(time, this.items.time(item)) : time);
		}
	}

	private void wakeIdle() {
		int number = firstIdle();
		if (number != NOBODY) {
			this.idle[number] = false;
			if (this.watcher == number) {
				this.watcher = NOBODY;
			}
			this.lanes.get(number).startAsap();
		}
	}

	private int firstIdle() {
		for (int number = 0; number < this.idle.length; number++) {
			if (this.idle[number]) {
				return number;
			}
		}
		return NOBODY;
	}

	// Told under the lock, so that lanes hear of times in the order in which they are
	// set.
	private void watch() {
		if (this.watcher == NOBODY) {
			this.watcher = firstIdle();
			this.watchedTime = EpochMicros.NEVER;
		}
		if (this.watcher != NOBODY && this.items.next() < this.watchedTime) {
			this.watchedTime = this.items.next();
			this.lanes.get(this.watcher).schedule(EpochMicros.instant(this.watchedTime));
		}
	}

	/**
	 * Tells of an item that failed.
	 * @param item the item
	 * @param cause what was thrown
	 */
	void tell(Item<I> item, Throwable cause) {
		this.context.work().failed(WorkKind.ITEM, String.valueOf(item.id), cause, Severity.WARNING);
	}

	ItemService<I> service() {
		return this.service;
	}

	ServiceContext context() {
		return this.context;
	}

	CheckAll<I> checkAll() {
		return this.checkAll;
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1000;
	}

}
