// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.EpochMicros;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.item.sql.ItemTable;
import io.managedservices.internal.item.sql.StatementRetry;
import io.managedservices.internal.text.FailureText;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.MicroTask;
import io.managedservices.work.MicroTaskSlot;
import io.managedservices.work.WorkKind;

/**
 * Runs what was picked of the items of a service, one of them or the search for all, and
 * says what becomes of its row. Run by as many threads at once as the service has slots.
 *
 * @param <I> the type of the ids
 */
final class ItemRun<I> {

	/** Begins at once; the stop of the service waits for its end. */
	private static final MicroTask IN_HAND = MicroTask.high("item");

	/** Beside that of the search itself, which ends with the search. */
	private static final String STORED = "check-all-stored";

	private final ItemService<I> service;

	private final ServiceRows<I> rows;

	private final ItemLedger<I> ledger;

	private final ServiceContext context;

	private final Backend backend;

	private final StatementRetry retry;

	/** How long one that is in hand already is put off. */
	private final Duration heartbeat;

	private final Set<String> inHand = ConcurrentHashMap.newKeySet();

	ItemRun(ItemService<I> service, ServiceRows<I> rows, ItemLedger<I> ledger, ServiceContext context,
			ItemCluster cluster, StatementRetry retry) {
		this.service = service;
		this.rows = rows;
		this.ledger = ledger;
		this.context = context;
		this.backend = cluster.backend();
		this.heartbeat = cluster.settings().heartbeat();
		this.retry = retry;
	}

	/**
	 * Executes what was picked.
	 * @param execution what was picked
	 * @return what becomes of its row
	 */
	CompletionHandler<Void> execute(Execution execution) {
		String key = execution.getTaskName() + '\n' + execution.getId();
		if (!this.inHand.add(key)) {
			// It was taken for dead, and still runs here. At its time it would be picked
			// at each look, before all that is behind it.
			return putBack(execution, this.backend.instant().plus(this.heartbeat));
		}
		CompletionHandler<Void> next;
		try {
			next = run(execution);
		}
		catch (Throwable ex) {
			this.inHand.remove(key);
			throw ex;
		}
		return (complete, operations) -> {
			// One that was left by the service is not meant for the table, whose
			// connections would fail.
			Thread.interrupted();
			try {
				this.retry.run(() -> next.complete(complete, operations));
			}
			finally {
				this.inHand.remove(key);
			}
		};
	}

	int inHand() {
		return this.inHand.size();
	}

	private CompletionHandler<Void> run(Execution execution) {
		MicroTaskSlot slot;
		try {
			slot = this.context.work().signal(IN_HAND);
		}
		catch (CancellationException | InterruptedException ex) {
			return putBack(execution, execution.executionTime);
		}
		try (slot) {
			return isCheckAll(execution) ? checkAll(execution) : process(execution);
		}
		catch (Throwable ex) {
			if (this.ledger.isInterruptOfStop(ex)) {
				return putBack(execution, execution.executionTime);
			}
			return failed(execution, ex);
		}
	}

	private CompletionHandler<Void> putBack(Execution execution, Instant time) {
		return (complete, operations) -> this.rows.putBack(execution, time);
	}

	private CompletionHandler<Void> process(Execution execution) throws Exception {
		I id = this.rows.id(execution);
		Instant due = this.service.checkOne(id);
		if (due == null || due.isAfter(this.backend.instant())) {
			return next(due);
		}
		forgetInterrupt();
		boolean held = ItemTable.isHeldSince(execution.lastSuccess, execution.executionTime);
		this.ledger.began(this.ledger.late(held ? execution.executionTime : due), isTriedAgain(execution));
		Outcome outcome = this.ledger.processed(this.service.process(id));
		forgetInterrupt();
		Instant next = this.service.checkOne(id);
		if (next != null && (outcome == Outcome.NOT_YET || !next.isAfter(due))) {
			return nextAfterAWait(next);
		}
		return next(next);
	}

	// One that was taken over has a failure that is none: see ItemTable.takeOver.
	private static boolean isTriedAgain(Execution execution) {
		boolean takenOver = execution.consecutiveFailures == 1 && execution.executionTime.equals(execution.lastFailure);
		return execution.consecutiveFailures > 0 && !takenOver;
	}

	// One that was left by the service is not meant for the next question.
	private void forgetInterrupt() {
		if (!this.context.isStopping()) {
			Thread.interrupted();
		}
	}

	private static CompletionHandler<Void> next(@Nullable Instant time) {
		if (time == null) {
			return new CompletionHandler.OnCompleteRemove<>();
		}
		return (complete, operations) -> operations.reschedule(complete, ItemTable.storable(time));
	}

	// The time that it has come to its end is stored, too: see ItemTable.isHeldSince.
	private static CompletionHandler<Void> nextAfterAWait(Instant time) {
		return (complete, operations) -> {
			Instant earliest = complete.getTimeDone().plus(ItemTable.NOT_YET);
			operations.reschedule(complete, ItemTable.storable(time.isBefore(earliest) ? earliest : time));
		};
	}

	private CompletionHandler<Void> failed(Execution execution, Throwable failure) {
		if (isCheckAll(execution)) {
			this.context.work().failed(WorkKind.ITEM, "checkAll", failure, Severity.WARNING);
		}
		else {
			this.ledger.failed(execution.getId(), failure);
		}
		Duration wait = this.ledger.retryAfter(execution.consecutiveFailures + 1);
		return (complete, operations) -> {
			Instant now = complete.getTimeDone();
			operations.reschedule(ExecutionComplete.failure(execution, now, now, failure), now.plus(wait));
		};
	}

	private CompletionHandler<Void> checkAll(Execution execution) {
		AtomicReference<@Nullable RuntimeException> first = new AtomicReference<>();
		this.ledger.checkAll((found, times) -> {
			forgetInterrupt();
			try {
				arm(found, times);
			}
			catch (RuntimeException ex) {
				// What fails does not hold up what comes after it.
				first.compareAndSet(null, ex);
			}
		});
		if (this.context.isStopping()) {
			return putBack(execution, execution.executionTime);
		}
		RuntimeException failure = first.get();
		if (failure != null) {
			this.context.conditions()
				.error(STORED, "Not all items are stored",
						"Item service '%s': what checkAll finds cannot be stored: %s.".formatted(this.context.name(),
								FailureText.of(failure)));
			return failed(execution, failure);
		}
		this.context.conditions().resolve(STORED);
		Duration wait = this.ledger.nextCheckAll();
		return (complete, operations) -> {
			if (this.context.isStopping()) {
				// The next incarnation may have asked for one meanwhile.
				putBack(execution, execution.executionTime).complete(complete, operations);
			}
			else {
				operations.reschedule(complete, this.backend.instant().plus(wait));
			}
		};
	}

	private void arm(List<I> found, long[] times) {
		Map<I, Instant> items = new LinkedHashMap<>();
		for (int index = 0; index < times.length; index++) {
			items.put(found.get(index), EpochMicros.instant(times[index]));
		}
		this.rows.arm(items, this.ledger::failed);
	}

	private static boolean isCheckAll(Execution execution) {
		return execution.getTaskName().startsWith(ItemTable.CHECK_ALL);
	}

}
