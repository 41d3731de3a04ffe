package io.managedservices.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import org.jspecify.annotations.Nullable;

import io.managedservices.Condition.Severity;
import io.managedservices.MicroTask;
import io.managedservices.MicroTaskSlot;
import io.managedservices.ServiceContext;
import io.managedservices.WorkKind;
import io.managedservices.concurrent.Backend;
import io.managedservices.item.ItemLedger;
import io.managedservices.item.ItemProcessing;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemSettings;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;

/**
 * The items of one incarnation of a service on this instance. Entered by the thread that
 * polls, by those that execute, and by the tasks of the service; the service is called by
 * as many of them as there are slots.
 *
 * @param <I> the type of the ids
 */
final class DbSchedulerItems<I> implements ItemProcessing<I>, AskedItems.Armer {

	private static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);

	private static final Duration AT_ONCE = Duration.ofNanos(1);

	/** One that has nothing to do yet is not asked again before. */
	private static final Duration NOT_YET = Duration.ofSeconds(1);

	/** Begins at once; the stop of the service waits for its end. */
	private static final MicroTask IN_HAND = MicroTask.high("item");

	private static final int DUE_COUNTED = 100;

	private final ItemService<I> service;

	private final ServiceContext context;

	private final Backend backend;

	private final ItemCluster cluster;

	private final ItemIds<I> ids;

	private final ItemLedger<I> ledger;

	private final ItemSlots slots;

	private final AskedItems<I> asked;

	private final String task;

	private final String checkAllTask;

	/** When it is looked for a search that is due. Confined to the thread that polls. */
	private Instant nextLook = Instant.MIN;

	private volatile ItemTable.Count count = ItemTable.Count.NONE;

	private volatile @Nullable Instant nextCheckAll;

	DbSchedulerItems(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend,
			ItemCluster cluster) {
		this.service = service;
		this.context = context;
		this.backend = backend;
		this.cluster = cluster;
		this.ids = ItemIds.of(service);
		this.ledger = new ItemLedger<>(service, settings, context, backend);
		this.slots = new ItemSlots(settings.concurrency());
		this.asked = new AskedItems<>(service, this.ids, this.slots, this.ledger, context, backend, this);
		this.task = ItemTask.ITEM + context.name();
		this.checkAllTask = ItemTask.CHECK_ALL + context.name();
	}

	/**
	 * Begins: searches for all items soon, wherever. Nothing is called before the service
	 * runs.
	 */
	void begin() {
		this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, this.backend.instant()), true);
		this.context.work().task("items", this::open).maxDelay(AT_ONCE).startAsap();
		this.context.work().every("items-count", COUNT_INTERVAL, this::count);
		this.context.stopping().thenRun(() -> this.cluster.inHand().remove(this));
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
		ItemTable.Count known = this.count;
		return this.ledger.snapshot(Math.min(known.due(), DUE_COUNTED), known.armed(), this.slots.taken(),
				this.context.isStopping() ? null : this.nextCheckAll);
	}

	// The search is put back, too, should somebody have emptied the table.
	private void count() {
		Instant now = this.backend.instant();
		this.count = this.cluster.table().count(this.task, now);
		ItemTable.Count search = this.cluster.table().count(this.checkAllTask, now);
		this.nextCheckAll = search.next();
		if (search.armed() == 0) {
			this.cluster.table().arm(this.checkAllTask, Map.of(ItemTask.ALL, now), false);
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
				if (!now.isBefore(this.nextLook)) {
					this.nextLook = now.plus(this.cluster.settings().pollingInterval());
					hold(picker.pick(this.checkAllTask, now, 1), into);
				}
				int left = wanted - (into.size() - before);
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

	private void hold(List<Execution> picked, List<Execution> into) {
		for (Execution execution : picked) {
			if (this.cluster.inHand().hold(execution, this)) {
				into.add(execution);
			}
			else {
				this.cluster.putBack(execution);
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
	 * Executes what was picked.
	 * @param execution what was picked
	 * @return what becomes of its row
	 */
	CompletionHandler<Void> execute(Execution execution) {
		MicroTaskSlot slot;
		try {
			slot = this.context.work().signal(IN_HAND);
		}
		catch (CancellationException ex) {
			return putBack();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return putBack();
		}
		try {
			return execution.getTaskName().equals(this.checkAllTask) ? checkAll() : process(execution);
		}
		catch (Exception ex) {
			if (this.context.isStopping() && isInterrupt(ex)) {
				return putBack();
			}
			throw new ItemFailedException(ex);
		}
		finally {
			slot.close();
		}
	}

	private CompletionHandler<Void> putBack() {
		return (complete, operations) -> this.cluster.putBack(complete.getExecution());
	}

	private CompletionHandler<Void> process(Execution execution) throws Exception {
		I id = this.ids.parse(execution.getId());
		Instant due = this.service.checkOne(id);
		if (due == null || due.isAfter(this.backend.instant())) {
			return next(due);
		}
		this.ledger.began(execution.getExecutionTime(), execution.consecutiveFailures > 0);
		Outcome outcome = this.service.process(id);
		this.ledger.processed(outcome);
		Instant next = this.service.checkOne(id);
		Instant earliest = this.backend.instant().plus(NOT_YET);
		return next((outcome == Outcome.NOT_YET && next != null && next.isBefore(earliest)) ? earliest : next);
	}

	private static CompletionHandler<Void> next(@Nullable Instant time) {
		if (time == null) {
			return new CompletionHandler.OnCompleteRemove<>();
		}
		return (complete, operations) -> operations.reschedule(complete, time);
	}

	private CompletionHandler<Void> checkAll() {
		Arming arming = new Arming();
		this.ledger.checkAll(arming::arm);
		if (this.context.isStopping()) {
			return putBack();
		}
		if (arming.failure != null) {
			throw new ItemFailedException(arming.failure);
		}
		goOn();
		Duration wait = this.ledger.nextCheckAll();
		return (complete, operations) -> operations.reschedule(complete, this.backend.instant().plus(wait));
	}

	/**
	 * What was picked has failed, and is tried again.
	 * @param complete how it ended
	 * @param operations what can become of its row
	 */
	void failed(ExecutionComplete complete, ExecutionOperations<Void> operations) {
		Execution execution = complete.getExecution();
		Throwable cause = complete.getCause().orElse(null);
		Throwable failure = (cause instanceof ItemFailedException wrapped) ? wrapped.failure : cause;
		if (failure != null) {
			tell(execution, failure);
		}
		operations.reschedule(complete,
				this.backend.instant().plus(this.ledger.retryAfter(execution.consecutiveFailures + 1)));
	}

	private void tell(Execution execution, Throwable failure) {
		if (execution.getTaskName().equals(this.checkAllTask)) {
			this.context.work().failed(WorkKind.ITEM, "checkAll", failure, Severity.WARNING);
		}
		else {
			this.ledger.failed(execution.getId(), failure);
		}
	}

	private static boolean isInterrupt(Throwable failure) {
		return failure instanceof InterruptedException || Thread.currentThread().isInterrupted();
	}

	@Override
	public Set<String> arm(Map<String, Instant> times) {
		return this.cluster.table().arm(this.task, times, true);
	}

	@Override
	public void goOn() {
		this.cluster.poll();
	}

	/**
	 * Puts what a search finds into the table. Used by one thread.
	 */
	private final class Arming {

		private @Nullable RuntimeException failure;

		void arm(List<I> found, List<Instant> times) {
			if (this.failure == null) {
				try {
					Map<String, Instant> part = new LinkedHashMap<>();
					for (int index = 0; index < found.size(); index++) {
						part.put(DbSchedulerItems.this.ids.format(found.get(index)), times.get(index));
					}
					DbSchedulerItems.this.cluster.table().arm(DbSchedulerItems.this.task, part, false);
				}
				catch (RuntimeException ex) {
					this.failure = ex;
				}
			}
		}

	}

	/**
	 * Takes what a service throws through db-scheduler, which knows no checked
	 * exceptions.
	 */
	private static final class ItemFailedException extends RuntimeException {

		private final Throwable failure;

		ItemFailedException(Throwable failure) {
			super(failure);
			this.failure = failure;
		}

	}

}
