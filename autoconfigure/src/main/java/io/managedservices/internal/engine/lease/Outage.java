// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.lease;

import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.Coordinator;
import io.managedservices.monitor.LifecycleEvent;

/**
 * Whether the store of the leases can be asked, for all of them together. While it cannot
 * be, those that wait ask less and less often. Confined to the coordinator.
 */
final class Outage {

	/** How often the wait is doubled. */
	private static final int MAX_DOUBLINGS = 3;

	private final Coordinator coordinator;

	private final Runnable changed;

	/** How often requests of each kind have failed since the last one that did not. */
	private final Map<Kind, Integer> failures = new EnumMap<>(Kind.class);

	Outage(Coordinator coordinator, Runnable changed) {
		this.coordinator = coordinator;
		this.changed = changed;
	}

	boolean isOn() {
		return failures() > 0;
	}

	/**
	 * How long to wait before the store is asked again.
	 * @param settings the settings of all leases
	 * @return nanoseconds
	 */
	long wait(LeaseSettings settings) {
		return settings.poll().toNanos() << Math.min(failures(), MAX_DOUBLINGS);
	}

	private int failures() {
		return this.failures.values().stream().mapToInt(Integer::intValue).max().orElse(0);
	}

	/**
	 * The store has answered, or could not be asked.
	 * @param kind what for
	 * @param failure why not, or {@code null} if it has answered
	 */
	void heard(Kind kind, @Nullable Throwable failure) {
		boolean before = isOn();
		if (failure != null) {
			this.failures.merge(kind, 1, Integer::sum);
		}
		else {
			this.failures.remove(kind);
		}
		if (before != isOn()) {
			this.changed.run();
			this.coordinator.turn().tell(new LifecycleEvent.LeaseStoreChanged(!isOn(), failure));
		}
	}

	/**
	 * What the store is asked for: one that only lets itself be looked at keeps no
	 * leases.
	 */
	enum Kind {

		/** Who holds leases. */
		LOOK,

		/** That a lease is given out, renewed or taken back. */
		WRITE

	}

}
