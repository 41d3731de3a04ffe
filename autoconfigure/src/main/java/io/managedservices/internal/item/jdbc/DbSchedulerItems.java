// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import com.github.kagkarlsson.scheduler.task.Execution;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.work.ServiceTask;

/**
 * The items of one incarnation of a service on this instance: which are picked, which are
 * asked for, and how they are. Entered by the thread that polls, by those that execute,
 * and by the tasks of the service; the service is called by as many of them as there are
 * slots.
 *
 * @param <I> the type of the ids
 */
final class DbSchedulerItems<I> implements ItemProcessing<I>, AskedItems.Armer {

	private static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);

	private static final Duration AT_ONCE = Duration.ofNanos(1);

	private static final int DUE_COUNTED = 100;

	private final ServiceContext context;

	private final Backend backend;

	private final ItemCluster cluster;

	private final ItemLedger<I> ledger;

	private final ItemSlots slots;

	private final AskedItems<I> asked;

	private final ItemRun<I> run;

	private final ServiceTask searchAnew;

	private final Runnable clockListener = this::clockJumped;

	private final String task;

	private final String checkAllTask;

	/** When it was looked for a search that is due. Confined to the thread that polls. */
	private Instant lastLook = Instant.MIN;

	/**
	 * Whether a search was picked, and no items since. Confined to the thread that polls.
	 */
	private boolean itemsTurn;

	private volatile ItemCounter.Count count = ItemCounter.Count.NONE;

	private volatile @Nullable Instant nextCheckAll;

	DbSchedulerItems(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend,
			ItemCluster cluster) {
		this.context = context;
		this.backend = backend;
		this.cluster = cluster;
		ItemIds<I> ids = ItemIds.of(service);
		this.ledger = new ItemLedger<>(service, settings, context, backend);
		this.slots = new ItemSlots(settings.concurrency());
		this.asked = new AskedItems<>(service, ids, this.slots, this.ledger, context, backend, this);
		this.searchAnew = context.work().task("items-clock-jumped", this::searchAnew).maxDelay(AT_ONCE);
		this.task = ItemTask.ITEM + context.name();
		this.checkAllTask = ItemTask.CHECK_ALL + context.name();
		this.run = new ItemRun<>(service, ids, this.ledger, context, backend, cluster);
	}

	/**
	 * Begins: searches for all items soon, wherever. Nothing is called before the service
	 * runs.
	 */
	void begin() {
		this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, this.backend.instant()), null);
		this.context.work().task("items", this::open).maxDelay(AT_ONCE).startAsap();
		this.context.work().every("items-count", COUNT_INTERVAL, this::count);
		this.backend.addClockListener(this.clockListener);
		this.context.stopping().thenRun(this::end);
	}

	private void end() {
		this.backend.removeClockListener(this.clockListener);
		this.cluster.inHand().remove(this);
	}

	private void clockJumped() {
		if (this.ledger.isOutdated()) {
			this.searchAnew.startAsap();
		}
		this.asked.clockJumped();
	}

	private void searchAnew() {
		if (this.ledger.isOutdated()) {
			this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, this.backend.instant()), null);
			goOn();
		}
	}

	private void open() {
		this.cluster.inHand().add(this);
		if (this.context.isStopping()) {
			this.cluster.inHand().remove(this);
		}
		goOn();
	}

	String name() {
		return this.context.name();
	}

	@Override
	public void schedule(I id) {
		if (!this.context.isStopping()) {
			this.asked.add(id);
		}
	}

	@Override
	public ItemsSnapshot snapshot() {
		ItemCounter.Count known = this.count;
		return this.ledger.snapshot(Math.min(known.due(), DUE_COUNTED), known.armed(), this.slots.taken(),
				this.context.isStopping() ? null : this.nextCheckAll);
	}

	// The search is put back, too, should somebody have emptied the table, and brought
	// forward, should somebody have set the clock back.
	private void count() {
		Instant now = this.backend.instant();
		ItemCounter.Count items = this.cluster.counter().count(this.task, now);
		this.count = items;
		Instant first = items.next();
		if (first != null) {
			this.ledger.waits(first);
		}
		ItemCounter.Count search = this.cluster.counter().count(this.checkAllTask, now);
		Instant next = search.next();
		this.nextCheckAll = next;
		if (search.armed() == 0) {
			this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, now), this.backend::instant);
		}
		Instant latest = now.plus(this.ledger.interval());
		if (next != null && next.isAfter(latest)) {
			this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, latest), null);
		}
	}

	/**
	 * Picks what is due, as much as there are slots. Called by one thread at a time.
	 * @param picker picks
	 * @param now the present time
	 * @param max how many at most
	 * @param into takes what was picked
	 */
	void pick(DuePicker picker, Instant now, int max, List<Execution> into) {
		int wanted = this.context.isStopping() ? 0 : this.slots.takeToPick(max);
		int before = into.size();
		if (wanted > 0) {
			try {
				// By a query of its own, so that no item comes before it however long it
				// has been due.
				if (!this.itemsTurn && isToLook(now)) {
					this.lastLook = now;
					hold(picker.pick(this.checkAllTask, now, 1), into);
				}
				int left = wanted - (into.size() - before);
				// Searches that take as long as the interval would leave items no slot.
				this.itemsTurn = left == 0;
				if (left > 0) {
					hold(picker.pick(this.task, now, left), into);
				}
			}
			finally {
				this.slots.picked(wanted, into.size() - before);
			}
			if (into.size() - before < wanted) {
				this.ledger.caughtUp();
			}
		}
		this.asked.wake();
	}

	// Also when the clock was set back.
	private boolean isToLook(Instant now) {
		return now.isBefore(this.lastLook)
				|| !now.minus(this.cluster.settings().pollingInterval()).isBefore(this.lastLook);
	}

	private void hold(List<Execution> picked, List<Execution> into) {
		for (Execution execution : picked) {
			if (this.cluster.inHand().hold(execution, this)) {
				into.add(execution);
			}
			else {
				// It still runs here. At its time it would be picked at each look, before
				// all that is behind it.
				this.cluster.putOff(execution, this.backend.instant().plus(this.cluster.settings().heartbeat()));
			}
		}
	}

	/**
	 * One that was picked has come to its end.
	 */
	void done() {
		boolean more = this.slots.done();
		this.asked.wake();
		if (more) {
			goOn();
		}
	}

	/**
	 * The database has rolled back what was about a row, since others were at it, too.
	 */
	void conflict() {
		this.ledger.conflict();
	}

	/**
	 * Runs what was picked.
	 * @return runs it
	 */
	ItemRun<I> run() {
		return this.run;
	}

	@Override
	public Set<String> arm(Map<String, Instant> times, BiConsumer<String, RuntimeException> refused) {
		return this.cluster.table().arm(this.task, times, this.backend::instant, refused);
	}

	@Override
	public void goOn() {
		this.cluster.poll();
	}

}
