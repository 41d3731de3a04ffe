// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * What listeners need while they have a message in hand: holds each message until it is
 * let go, and takes it only while it runs.
 */
class Store implements ServiceLifecycle {

	private final List<String> messages = new ArrayList<>();

	private final Semaphore letGo = new Semaphore(0);

	private final AtomicInteger inHand = new AtomicInteger();

	private volatile int mostInHand;

	private boolean running;

	@Override
	public synchronized void start(ServiceContext context) {
		this.running = true;
	}

	@Override
	public synchronized void stop(ServiceContext context) {
		this.running = false;
	}

	void take(String message) {
		int now = this.inHand.incrementAndGet();
		try {
			synchronized (this) {
				this.mostInHand = Math.max(this.mostInHand, now);
			}
			this.letGo.acquireUninterruptibly();
			save(message);
		}
		finally {
			this.inHand.decrementAndGet();
		}
	}

	private synchronized void save(String message) {
		if (!this.running) {
			throw new IllegalStateException("The store does not run");
		}
		this.messages.add(message);
	}

	int inHand() {
		return this.inHand.get();
	}

	int mostInHand() {
		return this.mostInHand;
	}

	void letGo(int count) {
		this.letGo.release(count);
	}

	synchronized boolean isRunning() {
		return this.running;
	}

	synchronized List<String> messages() {
		return List.copyOf(this.messages);
	}

}
