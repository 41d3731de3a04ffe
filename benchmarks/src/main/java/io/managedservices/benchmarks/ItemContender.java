// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.function.Supplier;

/**
 * What is compared of items in memory.
 *
 * @since 0.1.0
 */
public enum ItemContender {

	/**
	 * The JDK's scheduler with two threads.
	 */
	JDK(JdkItemTimer::new, Integer.MAX_VALUE),

	/**
	 * Netty's wheel with ticks of 10 ms.
	 */
	NETTY(NettyItemTimer::new, Integer.MAX_VALUE),

	/**
	 * Quartz with its store in memory, as it comes.
	 */
	QUARTZ(QuartzItemTimer::new, 10_000),

	/**
	 * An item service of this project, one item at a time.
	 */
	ENGINE(EngineItemTimer::new, Integer.MAX_VALUE);

	private final Supplier<ItemTimer> timer;

	private final int limit;

	ItemContender(Supplier<ItemTimer> timer, int limit) {
		this.timer = timer;
		this.limit = limit;
	}

	ItemTimer timer() {
		return this.timer.get();
	}

	/**
	 * How many items it is given.
	 * @param wanted how many others are given
	 * @return as many, or fewer
	 */
	int items(int wanted) {
		return Math.min(wanted, this.limit);
	}

}
