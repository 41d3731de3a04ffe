package io.managedservices.item;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.managedservices.item.ArmedItems.Item;

/**
 * Does one thing after the other for the items of a service. Used by one thread at a
 * time: that of its task.
 *
 * @param <I> the type of the ids
 */
final class ItemLane<I> {

	private final EmbeddedItems<I> items;

	private final int number;

	private Step step = Step.NONE;

	private @Nullable Item<I> item;

	private @Nullable Outcome outcome;

	private long nextTime = EpochMicros.NEVER;

	private boolean failed;

	ItemLane(EmbeddedItems<I> items, int number) {
		this.items = items;
		this.number = number;
	}

	/**
	 * Does what there is to do.
	 */
	void run() {
		while (this.items.next(this)) {
			Item<I> current = this.item;
			if (current == null) {
				this.items.checkAll().run(this.items::arm);
			}
			else {
				handle(current);
			}
		}
	}

	private void handle(Item<I> current) {
		try {
			if (this.step == Step.ASK) {
				// If that fails it is only asked again: its time has not come.
				current.processed = true;
			}
			if (!current.processed) {
				this.outcome = this.items.service().process(current.id);
				current.processed = true;
			}
			Instant next = this.items.service().checkOne(current.id);
			this.nextTime = (next != null) ? EpochMicros.ceil(next) : EpochMicros.NEVER;
		}
		catch (Throwable ex) {
			this.failed = true;
			if (!(ex instanceof InterruptedException && this.items.context().isStopping())) {
				this.items.tell(current, ex);
			}
		}
	}

	void checkAll() {
		this.step = Step.CHECK_ALL;
	}

	void process(Item<I> next) {
		begin(Step.PROCESS, next);
	}

	void ask(Item<I> next) {
		begin(Step.ASK, next);
	}

	private void begin(Step next, Item<I> nextItem) {
		this.step = next;
		this.item = nextItem;
		this.outcome = null;
		this.failed = false;
		this.nextTime = EpochMicros.NEVER;
	}

	/**
	 * Takes back the item that it had in hand.
	 * @return the item, or {@code null} if it had none
	 */
	@Nullable Item<I> takeItem() {
		Item<I> taken = this.item;
		this.item = null;
		return taken;
	}

	/**
	 * Whether it has searched for all items since this was asked last.
	 * @return whether it has
	 */
	boolean hasCheckedAll() {
		boolean checked = this.step == Step.CHECK_ALL;
		this.step = Step.NONE;
		return checked;
	}

	int number() {
		return this.number;
	}

	@Nullable Outcome outcome() {
		return this.outcome;
	}

	long nextTime() {
		return this.nextTime;
	}

	boolean failed() {
		return this.failed;
	}

	/**
	 * What it does.
	 */
	private enum Step {

		NONE, CHECK_ALL, ASK, PROCESS

	}

}
