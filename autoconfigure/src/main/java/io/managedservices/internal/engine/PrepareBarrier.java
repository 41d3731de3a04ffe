// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * Keeps all services from starting while any is being prepared, when all are started.
 * Confined to the coordinator, except for what it publishes.
 */
final class PrepareBarrier {

	private static final Held NOBODY = new Held(0, null);

	private final ServiceNode[] nodes;

	/** The services that are inside their prepare. */
	private final IndexSet preparing;

	private boolean open = true;

	private boolean changed;

	private volatile Held published = NOBODY;

	PrepareBarrier(ServiceNode[] nodes) {
		this.nodes = nodes;
		this.preparing = new IndexSet(nodes.length);
	}

	boolean isOpen() {
		return this.open;
	}

	void close() {
		this.open = false;
		this.changed = true;
	}

	void open() {
		this.open = true;
		this.changed = true;
	}

	boolean isPreparing() {
		return this.preparing.size() > 0;
	}

	/**
	 * A prepare was called.
	 * @param node the service
	 */
	void enter(ServiceNode node) {
		this.changed |= this.preparing.set(node.index, true);
	}

	/**
	 * A prepare has come back, or nobody waits for it any more.
	 * @param node the service
	 */
	void leave(ServiceNode node) {
		this.changed |= this.preparing.set(node.index, false);
	}

	void publish() {
		if (this.changed) {
			this.changed = false;
			this.published = (this.open || this.preparing.size() == 0) ? NOBODY
					: new Held(this.preparing.size(), this.preparing.first(1, (index) -> this.nodes[index]).get(0));
		}
	}

	/**
	 * Who keeps it closed. Any thread may ask.
	 * @return who does
	 */
	Held held() {
		return this.published;
	}

	/**
	 * The services that all others wait for, because they are being prepared.
	 *
	 * @param count how many there are
	 * @param first the one that has been at it for longest, or {@code null} if there is
	 * none
	 */
	record Held(int count, @Nullable ServiceNode first) {

	}

}
