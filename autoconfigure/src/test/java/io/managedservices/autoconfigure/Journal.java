// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * Records in order what services were asked to do. Safe for use by several threads.
 */
final class Journal {

	private final List<String> entries = new ArrayList<>();

	private final CountDownLatch blocked = new CountDownLatch(1);

	synchronized void add(String entry) {
		this.entries.add(entry);
	}

	synchronized List<String> entries() {
		return List.copyOf(this.entries);
	}

	synchronized void clear() {
		this.entries.clear();
	}

	/**
	 * A service that records its start and its stop.
	 * @param name its name
	 * @return the service
	 */
	ServiceLifecycle service(String name) {
		return new Recorded(this, name);
	}

	/**
	 * A service whose start fails.
	 * @param name its name
	 * @return the service
	 */
	ServiceLifecycle failing(String name) {
		return new Recorded(this, name) {

			@Override
			public void start(ServiceContext context) {
				super.start(context);
				throw new IllegalStateException("no " + name + " today");
			}

		};
	}

	/**
	 * A service whose start does not end before it is interrupted.
	 * @param name its name
	 * @return the service
	 */
	ServiceLifecycle blocking(String name) {
		return new Recorded(this, name) {

			@Override
			public void start(ServiceContext context) {
				super.start(context);
				block();
			}

		};
	}

	/**
	 * A service whose prepare does not end before it is interrupted.
	 * @param name its name
	 * @return the service
	 */
	ServiceLifecycle blockingPrepare(String name) {
		return new Recorded(this, name) {

			@Override
			public void prepare(ServiceContext context) {
				add("prepare " + name);
				block();
			}

		};
	}

	void signalBlocked() {
		this.blocked.countDown();
	}

	private void block() {
		signalBlocked();
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("interrupted", ex);
		}
	}

	/**
	 * Waits until a service blocks.
	 */
	void awaitBlocked() throws InterruptedException {
		if (!this.blocked.await(20, TimeUnit.SECONDS)) {
			throw new IllegalStateException("No service blocks");
		}
	}

	private static class Recorded implements ServiceLifecycle {

		private final Journal journal;

		private final String name;

		Recorded(Journal journal, String name) {
			this.journal = journal;
			this.name = name;
		}

		@Override
		public void start(ServiceContext context) {
			this.journal.add("start " + this.name);
		}

		@Override
		public void stop(ServiceContext context) {
			this.journal.add("stop " + this.name);
		}

	}

}
