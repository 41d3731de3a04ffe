// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.concurrent;

import org.jspecify.annotations.Nullable;

/**
 * A daemon thread of a pool. What it runs may name it, so that logs and dumps tell what
 * that is; before it waits for more it takes its own name again. Not sooner, since that
 * would cost as much as many a task.
 */
final class PoolThread extends Thread {

	private final String ownName;

	/**
	 * Create a thread.
	 * @param target what it does
	 * @param ownName its name while it does nothing
	 * @param contextClassLoader that of the application, not of whoever makes it
	 * necessary
	 */
	PoolThread(Runnable target, String ownName, @Nullable ClassLoader contextClassLoader) {
		super(null, target, ownName, 0, false);
		this.ownName = ownName;
		setContextClassLoader(contextClassLoader);
		setDaemon(true);
	}

	/**
	 * Gives it its own name again. Called by the thread itself.
	 */
	void takeOwnName() {
		if (!getName().equals(this.ownName)) {
			setName(this.ownName);
		}
	}

}
