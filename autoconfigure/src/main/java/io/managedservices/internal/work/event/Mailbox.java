// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.event;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.managedservices.event.EventRefusedException.Reason;
import io.managedservices.internal.work.core.KindOfWork;
import io.managedservices.internal.work.core.Tally;
import io.managedservices.internal.work.core.WorkScope;
import io.managedservices.internal.work.core.Workplace;
import io.managedservices.monitor.WorkSnapshot.EventStatus;

/**
 * The events that wait for the hooks of a service, in the order in which they came, until
 * it and their source run. One delivery at a time takes some of them out. Confined to the
 * coordinator, but for what is counted.
 *
 * @since 0.1.0
 */
public final class Mailbox implements KindOfWork {

	/** How many events a thread is handed at once: that costs little more than one. */
	private static final int BATCH = 64;

	private final Consumer<Hook> whenEnded;

	private final Outbox outbox;

	private final LetterList letters = new LetterList();

	/** Of all hooks that have none of their own. */
	private final LetterBuffer buffer;

	/** Those of the present incarnation. */
	private final Set<Hook> subscriptions = new LinkedHashSet<>();

	private volatile @Nullable Delivery delivery;

	private final Tally held = new Tally();

	/** How many hooks were called by the deliveries before the present one. */
	private final Tally delivered = new Tally();

	private final Tally dropped = new Tally();

	/**
	 * Create a mailbox.
	 * @param workplace that of the service
	 * @param whenEnded forgets a subscription that has ended with its incarnation
	 */
	Mailbox(Workplace workplace, Consumer<Hook> whenEnded) {
		this.whenEnded = whenEnded;
		this.outbox = new Outbox(workplace);
		this.buffer = new LetterBuffer(workplace.owner().definition().settings().eventBuffer());
	}

	LetterBuffer buffer() {
		return this.buffer;
	}

	Outbox outbox() {
		return this.outbox;
	}

	String serviceName() {
		return this.outbox.serviceName();
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
		put(new Letter(emission, hooks, this.buffer, !isKept));
		return null;
	}

	private void put(Letter letter) {
		this.letters.addLast(letter);
		hold(letter.pending());
		deliverNext();
	}

	private boolean dropOldest(LetterBuffer full) {
		Letter oldest = this.letters.takeOldest(full);
		if (oldest == null) {
			return false;
		}
		dropHeld(oldest.pending());
		return true;
	}

	private void hold(int more) {
		this.held.add(more);
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
			Delivery begun = new Delivery(scope, this, due, this.delivered.get());
			this.delivery = begun;
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
			if (letter.isDue() && !this.letters.isBehindOthers(letter)) {
				this.letters.takeUnseen();
				due.add(letter);
			}
			else {
				this.letters.passUnseen();
				letter.emission.source().waitsIn(this);
			}
			letter = this.letters.unseen();
		}
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
		this.delivered.add(ended.delivered());
		this.delivery = null;
		this.dropped.add(ended.lost());
		hold(-ended.calls());
		Predicate<Hook> forgetful = ended.scope().isEnded() ? Hook::isForgetful : Hook::isClosed;
		List<Letter> rest = ended.rest();
		for (int index = rest.size() - 1; index >= 0; index--) {
			Letter letter = rest.get(index);
			this.dropped.add(letter.forget(forgetful));
			if (letter.emission.source().isForgotten()) {
				this.dropped.add(letter.pending());
			}
			else if (letter.pending() > 0) {
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
	 * @param hook the hook
	 */
	void subscribe(Hook hook) {
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
		this.letters.removeIf((letter) -> {
			boolean isVoid = letter.emission.isVoid();
			if (isVoid) {
				dropHeld(letter.pending());
			}
			return isVoid;
		});
		deliverNext();
	}

	/**
	 * A source is forgotten: what waits is dropped.
	 * @param source the source
	 */
	void dropFrom(Outbox source) {
		this.letters.removeIf((letter) -> {
			boolean isOfSource = letter.emission.source() == source;
			if (isOfSource) {
				dropHeld(letter.pending());
			}
			return isOfSource;
		});
		deliverNext();
	}

	/**
	 * Hooks were closed: what is held for them is dropped.
	 */
	void dropClosed() {
		forget(Hook::isClosed);
	}

	private void forget(Predicate<Hook> which) {
		this.letters.removeIf((letter) -> {
			dropHeld(letter.forget(which));
			return letter.pending() == 0;
		});
	}

	@Override
	public void running() {
		resume();
		this.outbox.resume();
	}

	@Override
	public void ending(WorkScope scope) {
		if (!scope.hasRun()) {
			this.outbox.attemptFailed();
		}
		if (!this.subscriptions.isEmpty()) {
			this.subscriptions.forEach((hook) -> {
				hook.close();
				this.whenEnded.accept(hook);
			});
			this.subscriptions.clear();
		}
		forget(Hook::isForgetful);
		// One that has begun is interrupted by the scope, and comes back by itself.
		Delivery current = this.delivery;
		if (current != null && !current.hasBegun() && current.scope().cancel(current)) {
			takeBack(current);
		}
	}

	@Override
	public void sleepChanged() {
		// It is not concerned.
	}

	@Override
	public @Nullable String activity() {
		Delivery current = this.delivery;
		return (current != null) ? current.what() : null;
	}

	/**
	 * How much waits for the hooks or is being given to them. Any thread may ask.
	 * @return events, once for each hook, of those that are under way together all until
	 * the last was given
	 */
	public long held() {
		return this.held.get();
	}

	/**
	 * How they are.
	 * @return what was counted
	 */
	public EventStatus status() {
		Delivery current = this.delivery;
		int given = (current != null) ? current.delivered() : 0;
		return new EventStatus(this.outbox.emitted(), this.delivered.get() + given, (int) held() - given, dropped())
			.withExposedDropped(exposedDropped());
	}

	/**
	 * How many hooks have returned. Any thread may ask.
	 * @return calls of hooks, also of the delivery that is under way
	 */
	public long delivered() {
		Delivery current = this.delivery;
		return (current != null) ? current.deliveredInAll() : this.delivered.get();
	}

	/**
	 * How many were dropped. Any thread may ask.
	 * @return calls of hooks that there never will be
	 */
	public long dropped() {
		return this.dropped.get();
	}

	/**
	 * How many events the service has emitted. Any thread may ask.
	 * @return their number
	 */
	public long emitted() {
		return this.outbox.emitted();
	}

	/**
	 * How many exposed events listeners were too slow for. Any thread may ask.
	 * @return their number
	 */
	public long exposedDropped() {
		return this.outbox.exposedDropped();
	}

}
