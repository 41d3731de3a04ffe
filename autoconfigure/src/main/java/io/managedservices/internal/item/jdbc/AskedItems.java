// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.item.ItemLedger;
import io.managedservices.internal.time.Nanos;
import io.managedservices.internal.time.TimerQueue;
import io.managedservices.item.ItemService;
import io.managedservices.work.ServiceTask;

/**
 * The items that were scheduled one by one: asks when they are due, and puts that into
 * the table. Many calls for one item come down to one question. Items may be added by any
 * thread; they are asked by one at a time.
 *
 * @param <I> the type of the ids
 */
final class AskedItems<I> {

	private static final int BATCH = 100;

	private static final Duration AT_ONCE = Duration.ofNanos(1);

	/** One that is in hand somewhere is asked again when it may have come to its end. */
	private static final Duration IN_HAND = Duration.ofMillis(100);

	private final ItemService<I> service;

	private final ItemIds<I> ids;

	private final ItemSlots slots;

	private final ItemLedger<I> ledger;

	private final ServiceContext context;

	private final Backend backend;

	private final Armer armer;

	private final ServiceTask task;

	private final ServiceTask again;

	private final AskedIds<I> asked = new AskedIds<>();

	AskedItems(ItemService<I> service, ItemIds<I> ids, ItemSlots slots, ItemLedger<I> ledger, ServiceContext context,
			Backend backend, Armer armer) {
		this.service = service;
		this.ids = ids;
		this.slots = slots;
		this.ledger = ledger;
		this.context = context;
		this.backend = backend;
		this.armer = armer;
		this.task = context.work().task("items-scheduled", this::ask).maxDelay(AT_ONCE).finishOnStop();
		this.again = context.work().task("items-scheduled-again", this::askAgain).maxDelay(AT_ONCE);
	}

	void add(I id) {
		if (this.asked.add(id)) {
			this.task.startAsap();
		}
	}

	/**
	 * A slot may be free.
	 */
	void wake() {
		if (!this.asked.isEmpty()) {
			this.task.startAsap();
		}
	}

	/**
	 * The time at which some are asked again has moved.
	 */
	void clockJumped() {
		this.again.startAsap();
	}

	private void askAgain() {
		long now = this.backend.nanoTime();
		long next = this.asked.addPutOff(now);
		if (next != TimerQueue.NEVER) {
			this.again.schedule(this.backend.instant().plusNanos(next - now));
		}
		wake();
	}

	// Whoever waits for a slot without need would keep it from the items.
	private void ask() {
		if (!this.asked.isEmpty() && this.slots.takeToAsk()) {
			try {
				Map<String, Instant> times = new LinkedHashMap<>();
				this.asked.take(BATCH).forEach((id) -> ask(id, times));
				arm(times);
			}
			finally {
				this.slots.asked();
				this.armer.goOn();
			}
		}
	}

	private void ask(I id, Map<String, Instant> times) {
		if (this.context.isStopping()) {
			return;
		}
		try {
			String text = this.ids.format(id);
			Instant due = this.service.checkOne(id);
			if (due != null) {
				times.put(text, due);
			}
			else {
				this.asked.succeeded(id);
			}
		}
		catch (Throwable ex) {
			if (!this.context.isStopping()) {
				this.ledger.failed(id, ex);
				putOffAfterFailure(List.of(id));
			}
		}
		// One that was left by the service is not meant for the next question, nor for
		// the table.
		Thread.interrupted();
	}

	private void arm(Map<String, Instant> times) {
		if (times.isEmpty()) {
			return;
		}
		try {
			Map<String, RuntimeException> refused = new TreeMap<>();
			Set<String> inHand = this.armer.arm(times, refused::put);
			times.keySet().forEach((id) -> armed(this.ids.parse(id), refused.get(id)));
			if (!inHand.isEmpty()) {
				inHand.forEach((id) -> putOff(this.ids.parse(id), IN_HAND));
				askAgain();
			}
		}
		catch (RuntimeException ex) {
			putOffAfterFailure(times.keySet().stream().map(this.ids::parse).toList());
			throw ex;
		}
	}

	private void armed(I id, @Nullable RuntimeException refusal) {
		if (refusal == null) {
			this.asked.succeeded(id);
		}
		else {
			this.ledger.failed(id, refusal);
			putOffAfterFailure(List.of(id));
		}
	}

	private void putOffAfterFailure(Collection<I> some) {
		some.forEach((id) -> putOff(id, this.ledger.retryAfter(this.asked.failed(id))));
		askAgain();
	}

	private void putOff(I id, Duration delay) {
		this.asked.putOff(id, Nanos.later(this.backend.nanoTime(), Nanos.of(delay)));
	}

	/**
	 * Puts items into the table.
	 */
	interface Armer {

		/**
		 * Puts items into the table.
		 * @param times the ids, and when they are due
		 * @param refused is told of those that cannot be put there, and why
		 * @return the ids of those that are in hand
		 */
		Set<String> arm(Map<String, Instant> times, BiConsumer<String, RuntimeException> refused);

		/**
		 * Picks items if it is their turn, which it is after every batch.
		 */
		void goOn();

	}

}
