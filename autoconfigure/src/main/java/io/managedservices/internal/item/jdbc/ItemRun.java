// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
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

	private final ItemIds<I> ids;

	private final ItemLedger<I> ledger;

	private final ServiceContext context;

	private final Backend backend;

	private final ItemCluster cluster;

	ItemRun(ItemService<I> service, ItemIds<I> ids, ItemLedger<I> ledger, ServiceContext context, Backend backend,
			ItemCluster cluster) {
		this.service = service;
		this.ids = ids;
		this.ledger = ledger;
		this.context = context;
		this.backend = backend;
		this.cluster = cluster;
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
			return isCheckAll(execution) ? checkAll() : process(execution);
		}
		catch (Exception ex) {
			if (this.context.isStopping() && isInterrupt(ex)) {
				return putBack();
			}
			throw new ItemFailedException(ex);
		}
		finally {
			// One that was left by the service is not meant for the table, whose
			// connections would fail.
			Thread.interrupted();
			slot.close();
		}
	}

	private CompletionHandler<Void> putBack() {
		return (complete, operations) -> {
			// It would break the connection.
			boolean interrupted = Thread.interrupted();
			try {
				this.cluster.putBack(complete.getExecution());
			}
			finally {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
			}
		};
	}

	private CompletionHandler<Void> process(Execution execution) throws Exception {
		I id = this.ids.parse(execution.getId());
		Instant due = this.service.checkOne(id);
		if (due == null || due.isAfter(this.backend.instant())) {
			return next(due);
		}
		forgetInterrupt();
		this.ledger.began(isHeld(execution) ? execution.getExecutionTime() : due, isTriedAgain(execution));
		Outcome outcome = checked(this.service.process(id));
		this.ledger.processed(outcome);
		forgetInterrupt();
		Instant next = this.service.checkOne(id);
		if (next != null && (outcome == Outcome.NOT_YET || !next.isAfter(due))) {
			return nextAfterAWait(next);
		}
		return next(next);
	}

	// Whoever writes a service may return what is declared never to be null.
	private Outcome checked(@Nullable Outcome outcome) {
		if (outcome == null) {
			throw new IllegalStateException(
					"The outcome of process of item service '%s' is invalid: expected DONE or NOT_YET, found null"
						.formatted(this.context.name()));
		}
		return outcome;
	}

	// The time that it has come to its end is stored, too: see ItemTable.isHeldSince.
	private static CompletionHandler<Void> nextAfterAWait(Instant time) {
		return (complete, operations) -> {
			Instant earliest = complete.getTimeDone().plus(ItemTable.NOT_YET);
			operations.reschedule(complete, ItemTable.storable(time.isBefore(earliest) ? earliest : time));
		};
	}

	private static boolean isHeld(Execution execution) {
		return ItemTable.isHeldSince(execution.lastSuccess, execution.getExecutionTime());
	}

	// One that was taken over has a failure that is none: see ItemTask.
	private static boolean isTriedAgain(Execution execution) {
		boolean takenOver = execution.consecutiveFailures == 1
				&& execution.getExecutionTime().equals(execution.lastFailure);
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

	private CompletionHandler<Void> checkAll() {
		Arming arming = new Arming();
		this.ledger.checkAll(arming::arm);
		if (this.context.isStopping()) {
			return putBack();
		}
		if (arming.failure != null) {
			this.context.conditions()
				.error(STORED, "Not all items are stored",
						"Item service '%s': what checkAll finds cannot be stored: %s.".formatted(this.context.name(),
								FailureText.of(arming.failure)));
			throw new ItemFailedException(arming.failure);
		}
		this.context.conditions().resolve(STORED);
		this.cluster.poll();
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
		if (isCheckAll(execution)) {
			this.context.work().failed(WorkKind.ITEM, "checkAll", failure, Severity.WARNING);
		}
		else {
			this.ledger.failed(execution.getId(), failure);
		}
	}

	private static boolean isCheckAll(Execution execution) {
		return execution.getTaskName().startsWith(ItemTask.CHECK_ALL);
	}

	private static boolean isInterrupt(Throwable failure) {
		return failure instanceof InterruptedException || Thread.currentThread().isInterrupted();
	}

	/**
	 * Puts what a search finds into the table. Used by one thread.
	 */
	private final class Arming {

		private @Nullable RuntimeException failure;

		// What fails does not hold up what comes after it.
		void arm(List<I> found, List<Instant> times) {
			forgetInterrupt();
			Map<String, Instant> part = new LinkedHashMap<>();
			for (int index = 0; index < found.size(); index++) {
				put(found.get(index), times.get(index), part);
			}
			try {
				ItemRun.this.cluster.table()
					.arm(ItemTask.ITEM + ItemRun.this.context.name(), part, ItemRun.this.backend::instant,
							ItemRun.this.ledger::failed);
			}
			catch (RuntimeException ex) {
				this.failure = (this.failure != null) ? this.failure : ex;
			}
		}

		private void put(I id, Instant time, Map<String, Instant> part) {
			try {
				part.put(ItemRun.this.ids.format(id), time);
			}
			catch (RuntimeException ex) {
				ItemRun.this.ledger.failed(id, ex);
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
