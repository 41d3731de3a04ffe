// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item;

import java.time.Duration;

import io.managedservices.ServiceContext;
import io.managedservices.internal.text.SettingKey;

/**
 * Warns while items begin late. Guarded by the lock of those who process them.
 */
final class LateWarning {

	private static final String ID = "items-late";

	private final ServiceContext context;

	private final long threshold;

	private boolean raised;

	LateWarning(ServiceContext context, Duration threshold) {
		this.context = context;
		this.threshold = threshold.toNanos() / 1000;
	}

	/**
	 * An item has begun.
	 * @param late how late, in microseconds
	 */
	void began(long late) {
		if (late > this.threshold) {
			raise(late, "began %s after its time");
		}
		else {
			caughtUp();
		}
	}

	/**
	 * An item waits to be picked.
	 * @param late for how long, in microseconds; below 0 if its time is yet to come
	 */
	void waits(long late) {
		if (late > this.threshold) {
			raise(late, "has not begun %s after its time");
		}
	}

	private void raise(long late, String what) {
		if (!this.raised) {
			this.raised = true;
			this.context.conditions()
				.warning(ID, "Items are processed late",
						"An item of service '%s' %s: expected at most %s. Raise %s.concurrency, let process do less, or raise %s.late-threshold."
							.formatted(this.context.name(), what.formatted(Duration.ofNanos(late * 1000)),
									Duration.ofNanos(this.threshold * 1000),
									SettingKey.of("items", this.context.name()),
									SettingKey.of("items", this.context.name())));
		}
	}

	/**
	 * No item is due, or one begins in time.
	 */
	void caughtUp() {
		if (this.raised) {
			this.raised = false;
			this.context.conditions().resolve(ID);
		}
	}

}
