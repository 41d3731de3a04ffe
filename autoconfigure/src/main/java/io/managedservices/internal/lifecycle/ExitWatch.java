// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;

import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Patience;

/**
 * Looks, while the process ends, for services that are inside {@link System#exit}: they
 * wait until the shutdown hooks have ended, and a hook waits until the services have
 * stopped. Without that each of them would use up its stop timeout. Begun and ended by
 * the threads that start and close the context.
 */
final class ExitWatch {

	private static final Log logger = LineLog.of(ExitWatch.class);

	private static final long INTERVAL_MILLIS = 100;

	private final Runnable look;

	private final Thread hook = new Thread(this::begun, "managed-services-exit-hook");

	private final CountDownLatch ended = new CountDownLatch(1);

	private boolean registered;

	/**
	 * Create a watch.
	 * @param look takes what is inside {@link System#exit} as having left
	 */
	ExitWatch(Runnable look) {
		this.look = look;
	}

	/**
	 * Watches for the end of the process from now on.
	 */
	synchronized void begin() {
		if (!this.registered) {
			Runtime.getRuntime().addShutdownHook(this.hook);
			this.registered = true;
		}
	}

	/**
	 * Watches no longer.
	 */
	synchronized void end() {
		this.ended.countDown();
		try {
			if (this.registered) {
				Runtime.getRuntime().removeShutdownHook(this.hook);
				this.registered = false;
			}
		}
		catch (IllegalStateException ex) {
			// The process ends: the hook runs, or has run.
		}
	}

	// The process ends when the hooks have ended: it is not to wait for this one.
	private void begun() {
		Thread watcher = new Thread(this::watch, "managed-services-exit-watch");
		watcher.setDaemon(true);
		Patience.startUninterruptibly(watcher);
	}

	private void watch() {
		try {
			do {
				this.look.run();
			}
			while (!this.ended.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException | Error ex) {
			GuardedLog.error(logger, "Services inside System.exit are waited for until their stop timeouts", ex);
		}
	}

}
