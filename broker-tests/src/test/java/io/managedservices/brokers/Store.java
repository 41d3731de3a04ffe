// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * What listeners need while they have a message in hand: holds each message until it is
 * let go, and takes it only while it runs.
 */
class Store implements ServiceLifecycle {

	private final @Nullable Path file;

	private final List<String> messages = new ArrayList<>();

	private final Semaphore letGo = new Semaphore(0);

	private final AtomicInteger inHand = new AtomicInteger();

	private volatile int mostInHand;

	private ServiceContext context;

	private boolean running;

	private boolean failing;

	Store() {
		this(null);
	}

	/**
	 * Create a store.
	 * @param file where messages are kept as well
	 */
	Store(@Nullable Path file) {
		this.file = file;
	}

	@Override
	public synchronized void start(ServiceContext context) {
		this.context = context;
		this.running = true;
		this.failing = false;
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
		if (this.failing) {
			IllegalStateException lost = new IllegalStateException("The store has lost its connection");
			this.context.fail(lost);
			throw lost;
		}
		this.messages.add(message);
		if (this.file != null) {
			write(this.file, message);
		}
	}

	// Takes a while.
	private static void write(Path file, String message) {
		try {
			boolean unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
			Files.write(file, List.of(message), StandardOpenOption.APPEND);
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The service fails when it is asked to save the next message.
	 */
	synchronized void failNext() {
		this.failing = true;
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
