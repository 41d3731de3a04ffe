// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventRefusedException.Reason;
import io.managedservices.monitor.WorkSnapshot.EventStatus;

/**
 * The events that wait for the hooks of a service, in the order in which they came, until
 * it and their source run. One delivery at a time takes some of them out. Confined to the
 * coordinator, but for what is counted.
 */
final class Mailbox {

	private static final VarHandle DELIVERY;

	private static final VarHandle HELD;

	private static final VarHandle DELIVERED;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			DELIVERY = lookup.findVarHandle(Mailbox.class, "delivery", Delivery.class);
			HELD = lookup.findVarHandle(Mailbox.class, "held", long.class);
			DELIVERED = lookup.findVarHandle(Mailbox.class, "delivered", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** How many events a thread is handed at once: that costs little more than one. */
	private static final int BATCH = 64;

	private final ServiceWorkload workload;

	private final Outbox outbox;

	private final LetterList letters = new LetterList();

	/** Of all hooks that have none of their own. */
	private final LetterBuffer buffer;

	/** Those of the present incarnation. */
	private final Set<Hook> subscriptions = new LinkedHashSet<>();

	private @Nullable WorkScope watched;

	private @Nullable Delivery delivery;

	private long held;

	/** How many hooks were called by the deliveries before the present one. */
	private long delivered;

	private final Tally dropped = new Tally();

	Mailbox(ServiceWorkload workload) {
		this.workload = workload;
		this.outbox = new Outbox(workload);
		this.buffer = new LetterBuffer(workload.owner().definition().settings().eventBuffer());
	}

	LetterBuffer buffer() {
		return this.buffer;
	}

	Outbox outbox() {
		return this.outbox;
	}

	String serviceName() {
		return this.workload.name();
	}

	/**
	 * Takes an event, if need be in place of the oldest that may be dropped.
	 * @param emission the event
	 * @param hooks for whom: such as have the same buffer
	 */
	void hold(Emission emission, Hook[] hooks) {
		LetterBuffer into = hooks[0].buffer;
		if (into.isFull() && !dropOldest(into)) {
			this.dropped.add(hooks.length);
			return;
		}
		put(new Letter(emission, hooks, into, true));
	}

	/**
	 * Takes an event, if it can be delivered as soon as its turn has come.
	 * @param emission the event
	 * @param hooks for whom
	 * @param isKept whether it is not dropped any more once it was taken
	 * @return why it was not taken, or {@code null} if it was
	 */
	@Nullable Reason offer(Emission emission, Hook[] hooks, boolean isKept) {
		WorkScope running = this.outbox.running();
		if (running == null || this.buffer.isFull()) {
			this.dropped.add(hooks.length);
			return (running != null) ? Reason.FULL : Reason.NOT_RUNNING;
		}
		watch(running);
		put(new Letter(emission, hooks, this.buffer, !isKept));
		return null;
	}

	private void put(Letter letter) {
		this.letters.addLast(letter);
		hold(letter.pending());
		deliverNext();
	}

	private boolean dropOldest(LetterBuffer full) {
		Letter oldest = full.oldest();
		if (oldest == null) {
			return false;
		}
		this.letters.remove(oldest);
		dropHeld(oldest.pending());
		return true;
	}

	private void hold(int more) {
		HELD.setRelease(this, this.held + more);
	}

	/**
	 * Counts what never came in.
	 * @param count how many hooks it was for
	 */
	void drop(int count) {
		this.dropped.add(count);
	}

	private void dropHeld(int count) {
		hold(-count);
		drop(count);
	}

	/**
	 * Looks again at what waits: the service has come to run, or a source has.
	 */
	void resume() {
		this.letters.lookAgain();
		deliverNext();
	}

	private void deliverNext() {
		boolean isAnyDue = this.delivery == null && this.letters.unseen() != null;
		WorkScope scope = isAnyDue ? this.outbox.running() : null;
		if (scope == null) {
			return;
		}
		List<Letter> due = takeDue();
		if (!due.isEmpty()) {
			Delivery begun = new Delivery(scope, this, due, this.delivered);
			DELIVERY.setRelease(this, begun);
			watch(scope);
			scope.execute(begun);
		}
	}

	private List<Letter> takeDue() {
		Letter letter = this.letters.unseen();
		if (letter == null) {
			return List.of();
		}
		List<Letter> due = new ArrayList<>(Math.min(BATCH, this.letters.size()));
		while (letter != null && due.size() < BATCH) {
			Letter following = letter.following;
			if (letter.isDue() && !this.letters.isBehindOthers(letter)) {
				this.letters.remove(letter);
				due.add(letter);
			}
			else {
				this.letters.waits(letter);
				letter.emission.source().waitsIn(this);
			}
			letter = following;
		}
		this.letters.seenUpTo(letter);
		return due;
	}

	/**
	 * A delivery has left user code.
	 * @param ended the delivery
	 */
	void ended(Delivery ended) {
		takeBack(ended);
		deliverNext();
	}

	private void takeBack(Delivery ended) {
		DELIVERED.setRelease(this, ended.deliveredInAll());
		DELIVERY.setRelease(this, null);
		this.dropped.add(ended.lost());
		hold(-ended.calls());
		Predicate<Hook> forgetful = ended.scope.isEnded() ? Hook::isForgetful : Hook::isClosed;
		List<Letter> rest = ended.rest();
		for (int index = rest.size() - 1; index >= 0; index--) {
			Letter letter = rest.get(index);
			this.dropped.add(letter.forget(forgetful));
			if (letter.pending() > 0) {
				this.letters.addFirst(letter);
				hold(letter.pending());
			}
		}
		for (Letter letter : rest) {
			while (letter.buffer.isOverfull() && dropOldest(letter.buffer)) {
				// What was under way when the service stopped may be more than there is
				// room for.
			}
		}
	}

	/**
	 * Takes over a hook that ends with an incarnation.
	 * @param scope the work of the incarnation
	 * @param hook the hook
	 */
	void subscribe(WorkScope scope, Hook hook) {
		watch(scope);
		this.subscriptions.add(hook);
	}

	/**
	 * A hook was closed: what is held for it is dropped.
	 * @param hook the hook
	 */
	void unsubscribe(Hook hook) {
		if (this.subscriptions.remove(hook)) {
			forget(Hook::isClosed);
			deliverNext();
		}
	}

	/**
	 * An attempt of a source to start has failed: what it emitted reaches nobody.
	 */
	void dropVoid() {
		Letter letter = this.letters.first();
		while (letter != null) {
			Letter following = letter.following;
			if (letter.emission.isVoid()) {
				this.letters.remove(letter);
				dropHeld(letter.pending());
			}
			letter = following;
		}
		deliverNext();
	}

	private void forget(Predicate<Hook> which) {
		Letter letter = this.letters.first();
		while (letter != null) {
			Letter following = letter.following;
			dropHeld(letter.forget(which));
			if (letter.pending() == 0) {
				this.letters.remove(letter);
			}
			letter = following;
		}
	}

	private void watch(WorkScope scope) {
		if (this.watched != scope) {
			this.watched = scope;
			scope.onEnd(this::scopeEnded);
		}
	}

	private void scopeEnded() {
		if (!this.subscriptions.isEmpty()) {
			this.subscriptions.forEach((hook) -> {
				hook.close();
				this.workload.engine().events().remove(hook);
			});
			this.subscriptions.clear();
		}
		forget(Hook::isForgetful);
		// One that has begun is interrupted by the scope, and comes back by itself.
		Delivery current = this.delivery;
		if (current != null && !current.hasBegun() && current.scope.cancel(current)) {
			takeBack(current);
		}
	}

	/**
	 * How much waits for the hooks or is being given to them. Any thread may ask.
	 * @return events, once for each hook, of those that are under way together all until
	 * the last was given
	 */
	long held() {
		return (long) HELD.getAcquire(this);
	}

	EventStatus status() {
		Delivery current = this.delivery;
		int given = (current != null) ? current.delivered() : 0;
		return new EventStatus(this.outbox.emitted(), this.delivered + given, (int) this.held - given, dropped());
	}

	/**
	 * How many hooks have returned. Any thread may ask.
	 * @return calls of hooks, also of the delivery that is under way
	 */
	long delivered() {
		Delivery current = (Delivery) DELIVERY.getAcquire(this);
		return (current != null) ? current.deliveredInAll() : (long) DELIVERED.getAcquire(this);
	}

	long dropped() {
		return this.dropped.get();
	}

}
