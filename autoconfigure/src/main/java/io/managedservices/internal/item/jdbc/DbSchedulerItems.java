// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.ItemProcessing;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.sql.DuePicker;
import io.managedservices.internal.item.sql.ItemIds;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.StatementRetry;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.WorkBody;

/**
 * The items of one incarnation of a service on this instance: which are picked, which are
 * scheduled, and how they are. Entered by the thread that polls, by those that execute,
 * and by the tasks of the service.
 *
 * @param <I> the type of the ids
 */
final class DbSchedulerItems<I> implements ItemProcessing<I> {

	private static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);

	private static final int DUE_COUNTED = 100;

	private final ServiceContext context;

	private final Backend backend;

	private final Duration pollingInterval;

	private final ItemLedger<I> ledger;

	private final ItemTable table;

	private final ServiceRows<I> rows;

	private final String instance;

	private final DuePicker picker;

	private final AskedItems<I> asked;

	private final ItemRun<I> run;

	private final ServiceScheduler scheduler;

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

	private volatile boolean searchOwed;

	private volatile ItemTable.Count count = ItemTable.Count.NONE;

	/** How late the first item was when they were counted, in microseconds. */
	private volatile long late;

	private volatile @Nullable Instant nextCheckAll;

	DbSchedulerItems(ItemService<I> service, ItemSettings settings, ServiceContext context, ItemCluster cluster) {
		this.context = context;
		this.backend = cluster.backend();
		this.pollingInterval = cluster.settings().pollingInterval();
		this.task = ItemTable.ITEM + context.name();
		this.checkAllTask = ItemTable.CHECK_ALL + context.name();
		this.ledger = new ItemLedger<>(service, settings, context, this.backend);
		StatementRetry retry = new StatementRetry(this.ledger::conflict);
		this.table = cluster.table(retry);
		this.instance = ItemCluster.instance(new SchedulerName.Hostname().getName());
		this.picker = cluster.picker(this.instance, retry);
		this.rows = new ServiceRows<>(this.task, ItemIds.of(service), this.table, this.backend::instant);
		this.run = new ItemRun<>(service, this.rows, this.ledger, context, cluster, retry);
		this.asked = new AskedItems<>(this.rows, this.ledger, context, this.backend, this::poll);
		this.searchAnew = this.ledger.task("items-clock-jumped", this::searchAnew);
		this.scheduler = new ServiceScheduler(context.name(), settings.concurrency(), cluster, this.instance,
				this::pick, this.run::execute);
	}

	/**
	 * Begins: searches for all items soon, wherever. Nothing is called before the service
	 * runs. The end comes even if the beginning fails, or hangs in the database.
	 */
	void begin() {
		this.backend.addClockListener(this.clockListener);
		this.context.stopping().thenRun(this::end);
		try {
			armSearch(this.backend.instant(), false);
			this.ledger.task("items", this.scheduler::start).startAsap();
			this.context.work().every("items-count", COUNT_INTERVAL, (WorkBody & Surrounding.Bare) this::count);
		}
		catch (RuntimeException | Error ex) {
			end();
			throw ex;
		}
	}

	private void end() {
		this.backend.removeClockListener(this.clockListener);
		this.scheduler.stop();
	}

	ServiceScheduler scheduler() {
		return this.scheduler;
	}

	// One that waits by a clock that is set back waits too long.
	private void clockJumped() {
		poll();
		this.asked.wake();
		if (this.ledger.isOutdated()) {
			this.searchAnew.startAsap();
		}
	}

	private void searchAnew() {
		if (this.ledger.isOutdated()) {
			armSearch(this.backend.instant(), false);
			poll();
		}
	}

	// One that is in hand may have read what there was before: there is another one then.
	private void armSearch(Instant time, boolean unlessHeld) {
		this.searchOwed = !this.table
			.arm(this.checkAllTask, Map.of(ItemTable.ALL, time), unlessHeld ? this.backend::instant : null)
			.isEmpty();
	}

	@Override
	public void schedule(I id) {
		if (!this.context.isStopping()) {
			this.asked.add(id);
		}
	}

	private void poll() {
		this.scheduler.poll();
	}

	@Override
	public ItemsSnapshot snapshot() {
		ItemTable.Count known = this.count;
		boolean stopping = this.context.isStopping();
		return this.ledger.snapshot(Math.min(known.due(), DUE_COUNTED), known.armed(), this.run.inHand(),
				stopping ? 0 : this.late, stopping ? null : this.nextCheckAll);
	}

	// The search is put back, too, should somebody have emptied the table, and brought
	// forward, should somebody have set the clock back.
	private void count() {
		Instant now = this.backend.instant();
		ItemTable.Count items = this.table.count(this.task, now);
		this.count = items;
		Instant first = items.next();
		this.late = (first != null) ? this.ledger.late(first) : 0;
		this.ledger.waits(this.late);
		ItemTable.Count search = this.table.count(this.checkAllTask, now);
		Instant next = search.next();
		this.nextCheckAll = next;
		if (search.armed() == 0) {
			armSearch(now, true);
		}
		else if (this.searchOwed) {
			armSearch(now, false);
		}
		Instant latest = now.plus(this.ledger.interval());
		if (next != null && next.isAfter(latest)) {
			armSearch(latest, false);
		}
	}

	/**
	 * Picks what is due. The search is looked for by itself, so that no item comes before
	 * it however long it has been due. If it takes as long as the interval, items have a
	 * turn in between. Called by one thread at a time.
	 * @param now the present time
	 * @param limit how many at most, 1 or more
	 * @return what was picked
	 */
	List<Execution> pick(Instant now, int limit) {
		List<Execution> picked = new ArrayList<>();
		if (this.context.isStopping()) {
			return picked;
		}
		if (!this.itemsTurn && isToLook(now)) {
			this.lastLook = now;
			picked.addAll(pick(this.checkAllTask, now, 1));
		}
		int left = limit - picked.size();
		this.itemsTurn = left == 0;
		if (left > 0) {
			try {
				picked.addAll(pick(this.task, now, left));
			}
			catch (RuntimeException ex) {
				picked.forEach((each) -> this.rows.putBack(each, each.executionTime));
				throw ex;
			}
		}
		if (picked.size() < limit) {
			this.ledger.caughtUp();
		}
		return picked;
	}

	private List<Execution> pick(String from, Instant now, int limit) {
		return this.picker.pick(from, now, limit)
			.stream()
			.map((row) -> new Execution(row.time(), new TaskInstance<>(from, row.id()), true, this.instance,
					row.lastSuccess(), row.lastFailure(), row.failures(), now, row.version()))
			.toList();
	}

	// Also when the clock was set back.
	private boolean isToLook(Instant now) {
		return now.isBefore(this.lastLook) || !now.minus(this.pollingInterval).isBefore(this.lastLook);
	}

}
