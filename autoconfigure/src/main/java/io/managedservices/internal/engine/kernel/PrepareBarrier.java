// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Keeps all services from starting while any is being prepared, when all are started.
 * Confined to the coordinator, except for what it publishes.
 */
public final class PrepareBarrier {

	private static final Held NOBODY = new Held(0, null);

	/** The services that are inside their prepare. */
	private final Set<ServiceNode> preparing = new LinkedHashSet<>();

	private boolean open = true;

	private boolean changed;

	private volatile Held published = NOBODY;

	public boolean isOpen() {
		return this.open;
	}

	/**
	 * Some services have to be prepared before any starts.
	 */
	public void close() {
		this.open = false;
		this.changed = true;
	}

	void open() {
		this.open = true;
		this.changed = true;
	}

	/**
	 * Whether any service is inside its prepare.
	 * @return whether one is
	 */
	public boolean isPreparing() {
		return !this.preparing.isEmpty();
	}

	/**
	 * A prepare was called.
	 * @param node the service
	 */
	public void enter(ServiceNode node) {
		this.changed |= this.preparing.add(node);
	}

	/**
	 * A prepare has come back, or nobody waits for it any more.
	 * @param node the service
	 */
	public void leave(ServiceNode node) {
		this.changed |= this.preparing.remove(node);
	}

	void publish() {
		if (this.changed) {
			this.changed = false;
			this.published = (this.open || this.preparing.isEmpty()) ? NOBODY
					: new Held(this.preparing.size(), this.preparing.iterator().next());
		}
	}

	/**
	 * Who keeps it closed. Any thread may ask.
	 * @return who does
	 */
	public Held held() {
		return this.published;
	}

	/**
	 * The services that all others wait for, because they are being prepared.
	 *
	 * @param count how many there are
	 * @param first the one that has been at it for longest, or {@code null} if there is
	 * none
	 */
	public record Held(int count, @Nullable ServiceNode first) {

	}

}
