// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.concurrent.TimeUnit;

import io.netty.util.HashedWheelTimer;

/**
 * A timeout of Netty's {@link HashedWheelTimer} for each item. Used by one thread.
 */
final class NettyItemTimer implements ItemTimer {

	private final HashedWheelTimer timer = new HashedWheelTimer(10, TimeUnit.MILLISECONDS);

	@Override
	public void arm(TimedRows rows) {
		for (int index = 0; index < rows.count(); index++) {
			int id = rows.id(index);
			this.timer.newTimeout((timeout) -> rows.process(id), rows.due(id) - System.nanoTime(),
					TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void close() {
		this.timer.stop();
	}

}
