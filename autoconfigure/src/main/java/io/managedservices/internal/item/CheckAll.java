// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceException;
import io.managedservices.work.WorkKind;

/**
 * The search for all items of a service: reads what is due within the next two intervals,
 * keeps what can be read, and raises a condition for what is wrong. Run by one thread at
 * a time; what is published of the last search is read by any.
 *
 * @param <I> the type of the ids
 */
final class CheckAll<I> {

	private static final String ID = "check-all";

	private static final int BATCH = 500;

	private static final long NONE = Long.MIN_VALUE;

	/**
	 * So many that are due later are read, too, to see whether they are in order.
	 */
	private static final int BEYOND = 500;

	/** So much of the time is left for the items, however long a search takes. */
	private static final int SHARE = 10;

	private static final long LEAST_MICROS = 1000;

	private final ItemService<I> service;

	private final ItemSettings settings;

	private final ServiceContext context;

	private final Backend backend;

	private int failures;

	private volatile long intervalMicros;

	/** By how much the wall clock was ahead when all were searched for last. */
	private volatile long ahead = NONE;

	private volatile Search last = new Search(Long.MIN_VALUE, 0, 0, null);

	CheckAll(ItemService<I> service, ItemSettings settings, ServiceContext context, Backend backend) {
		this.service = service;
		this.settings = settings;
		this.context = context;
		this.backend = backend;
	}

	/**
	 * Whether the wall clock has jumped so far since the last search began that this may
	 * have missed what is due before the next one, or holds items back for longer.
	 * @return whether it has, by half of the interval or more
	 */
	boolean isOutdated() {
		long known = this.ahead;
		return known != NONE && Math.abs(ahead(this.backend.nanoTime()) - known) >= this.intervalMicros / 2;
	}

	private long ahead(long nanoTime) {
		return EpochMicros.floor(this.backend.instant()) - nanoTime / 1000;
	}

	/**
	 * The longest time between two searches.
	 * @return microseconds
	 * @throws ServiceException if the service has no valid one
	 */
	long interval() {
		Duration interval = this.service.interval();
		if (interval == null || interval.isNegative() || interval.isZero()
				|| interval.compareTo(Duration.ofDays(36_500)) > 0) {
			throw new ServiceException(this.context.name(),
					"The interval of item service '%s' is invalid: expected a duration above 0 and up to 36500d, found %s"
						.formatted(this.context.name(), interval),
					null);
		}
		this.intervalMicros = Math.max(1, interval.toNanos() / 1000);
		return this.intervalMicros;
	}

	/**
	 * The longest time between two searches, as the service has said last.
	 * @return above 0, once it has been asked
	 */
	Duration lastInterval() {
		return Duration.of(this.intervalMicros, ChronoUnit.MICROS);
	}

	/**
	 * The longest time between two searches, as the service has said last.
	 * @return microseconds
	 */
	long intervalMicros() {
		return this.intervalMicros;
	}

	/**
	 * Searches.
	 * @param armer takes what is found
	 * @return whether all was found that is due within the next two intervals
	 */
	boolean run(ItemLedger.Armer<I> armer) {
		Reading reading = new Reading(armer);
		Throwable failure = null;
		long started = this.backend.nanoTime();
		long begins = EpochMicros.floor(this.backend.instant());
		this.ahead = begins - started / 1000;
		try {
			SurroundedItems.search(this.service, () -> search(reading, begins));
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			reading.flush();
		}
		tell(reading, failure);
		this.last = new Search(begins, (this.backend.nanoTime() - started) / 1000, reading.armed, reading.problem);
		return failure == null && reading.complete;
	}

	private void search(Reading reading, long begins) throws Exception {
		reading.horizon = EpochMicros.plus(begins, 2 * interval());
		try (Stream<DueItem<I>> stream = Objects.requireNonNull(this.service.checkAll(),
				"expected a stream, found null")) {
			reading.readAll(stream.iterator());
		}
	}

	private void tell(Reading reading, @Nullable Throwable failure) {
		if (this.context.isStopping()) {
			return;
		}
		if (failure != null) {
			this.failures++;
			reading.problem = "checkAll failed: " + FailureText.of(failure);
			this.context.work().failed(WorkKind.ITEM, "checkAll", failure, Severity.WARNING);
		}
		else {
			this.failures = 0;
		}
		if (reading.problem != null) {
			this.context.conditions()
				.error(ID, "Not all items are found", "Item service '%s': %s. What could be read is kept."
					.formatted(this.context.name(), reading.problem));
		}
		else {
			this.context.conditions().resolve(ID);
		}
	}

	/**
	 * When to search next.
	 * @return from now on: to the end of the interval, later if there is little left of
	 * it, sooner after a failure
	 */
	Duration next() {
		long took = this.last.micros();
		long pause = Math.max(1, Math.max(this.intervalMicros, took) / SHARE);
		long left = isOutdated() ? pause : Math.max(pause, this.intervalMicros - took);
		if (this.failures > 0) {
			left = Math.min(left, Math.max(1, this.settings.retry().after(this.failures).toNanos() / 1000));
		}
		// No alarm rings more often.
		return Duration.of(Math.max(left, LEAST_MICROS), ChronoUnit.MICROS);
	}

	ItemsSnapshot.CheckAll snapshot(@Nullable Instant next) {
		Search known = this.last;
		if (known.begun() == Long.MIN_VALUE) {
			return new ItemsSnapshot.CheckAll(null, null, null, 0, null);
		}
		return new ItemsSnapshot.CheckAll(EpochMicros.instant(known.begun()), Duration.ofNanos(known.micros() * 1000),
				next, known.items(), known.problem());
	}

	/**
	 * A search that is over.
	 *
	 * @param begun when it began
	 * @param micros how long it took
	 * @param items how many items it has armed
	 * @param problem what was wrong, or {@code null}
	 */
	private record Search(long begun, long micros, long items, @Nullable String problem) {

	}

	/**
	 * One search on its way. Used by one thread.
	 */
	private final class Reading {

		private final ItemLedger.Armer<I> armer;

		private final List<I> ids = new ArrayList<>(BATCH);

		private final long[] times = new long[BATCH];

		private long horizon;

		private long read;

		private long armed;

		private long unsorted;

		private long invalid;

		private long beyond;

		private boolean complete;

		private @Nullable String problem;

		Reading(ItemLedger.Armer<I> armer) {
			this.armer = armer;
		}

		void readAll(Iterator<DueItem<I>> found) {
			long before = Long.MIN_VALUE;
			boolean tooMany = false;
			while (!tooMany && goesOn() && found.hasNext() && !CheckAll.this.context.isStopping()) {
				DueItem<I> item = found.next();
				tooMany = ++this.read > CheckAll.this.settings.maxItems();
				if (tooMany) {
					continue;
				}
				if (isInvalid(item)) {
					this.invalid++;
					continue;
				}
				long time = EpochMicros.ceil(item.due());
				this.unsorted += (time < before) ? 1 : 0;
				before = time;
				if (time <= this.horizon) {
					add(item.id(), time);
				}
				else {
					this.beyond++;
				}
			}
			this.complete = !tooMany && !CheckAll.this.context.isStopping();
			describe(tooMany);
		}

		// One that is not in its place may come after any other.
		private boolean goesOn() {
			return this.beyond < BEYOND || this.unsorted > 0;
		}

		// Whoever writes a stream may leave out what is declared never to be null.
		@SuppressWarnings("NullAway")
		private boolean isInvalid(@Nullable DueItem<I> item) {
			return item == null || item.id() == null || item.due() == null;
		}

		private void describe(boolean tooMany) {
			List<String> problems = new ArrayList<>();
			if (tooMany) {
				problems.add(
						"checkAll yields more than %d items, the rest is left out: yield only what is due within two intervals, lower the interval, or raise %s.max-items"
							.formatted(CheckAll.this.settings.maxItems(),
									SettingKey.of("items", CheckAll.this.context.name())));
			}
			if (this.invalid > 0) {
				problems.add("checkAll yields %d items that are null or have no id or no time".formatted(this.invalid));
			}
			if (this.unsorted > 0) {
				problems.add(
						"checkAll yields %d items after ones with a later time: expected them in the order of their times"
							.formatted(this.unsorted));
			}
			this.problem = problems.isEmpty() ? null : String.join("; ", problems);
		}

		private void add(I id, long time) {
			this.times[this.ids.size()] = time;
			this.ids.add(id);
			this.armed++;
			if (this.ids.size() == BATCH) {
				flush();
			}
		}

		void flush() {
			this.armer.arm(this.ids, Arrays.copyOf(this.times, this.ids.size()));
			this.ids.clear();
		}

	}

}
