// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads as long as there are any. Safe for use by several threads.
 */
final class FewThreads extends ThreadSource {

	private final AtomicInteger left = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	FewThreads(int left) {
		this.left.set(left);
	}

	/**
	 * From now on there are more, or none.
	 * @param count how many
	 */
	void leave(int count) {
		this.left.set(count);
	}

	/**
	 * How often there was none.
	 * @return the number
	 */
	int refused() {
		return this.refused.get();
	}

	@Override
	ThreadFactory pool(String prefix) {
		ThreadFactory factory = super.pool(prefix);
		return (target) -> {
			take();
			return factory.newThread(target);
		};
	}

	@Override
	Thread alarm(Runnable target) {
		take();
		return super.alarm(target);
	}

	private void take() {
		if (this.left.getAndUpdate((count) -> Math.max(0, count - 1)) == 0) {
			this.refused.incrementAndGet();
			throw new OutOfMemoryError("unable to create native thread: planted");
		}
	}

}
