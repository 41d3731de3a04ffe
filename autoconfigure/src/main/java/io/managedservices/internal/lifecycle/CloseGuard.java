// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

import io.managedservices.internal.concurrent.LastResort;
import io.managedservices.internal.concurrent.ProcessExit;
import io.managedservices.internal.line.LineLog;

/**
 * Stops services where Spring's {@code close()} gives up. While another thread refreshes
 * the context, {@code close()} interrupts that thread if it waits, and takes it for stuck
 * if it still waits 10 ms later, as it may on a busy machine. The context is inactive
 * then, but nothing was stopped, and a second {@code close()} does nothing.
 * <p>
 * So the refresh fails here once it goes on, and stops what it has started. If the
 * process ends meanwhile, the shutdown hook waits for that. Safe for use by several
 * threads.
 */
final class CloseGuard implements ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LineLog.of(CloseGuard.class);

	/** As long as Boot waits for a context in the shutdown hook. */
	private static final Duration PATIENCE = Duration.ofMinutes(10);

	/** How long the refresh may stand still: an interrupted thread is late by less. */
	private static final Duration STUCK = Duration.ofSeconds(5);

	private final ConfigurableApplicationContext context;

	private final Runnable stop;

	private final Runnable handler = this::shutDown;

	private final ExitWatch watch;

	private volatile Thread refreshing;

	private volatile boolean begun;

	private volatile boolean ended;

	/**
	 * Create a guard.
	 * @param context the context
	 * @param refreshing the thread that refreshes the context
	 * @param stop stops all services for good, and returns when they have stopped
	 * @param releaseExiting takes what is inside {@link System#exit} as having left
	 */
	CloseGuard(ConfigurableApplicationContext context, Thread refreshing, Runnable stop, Runnable releaseExiting) {
		this.context = context;
		this.refreshing = refreshing;
		this.stop = stop;
		this.watch = new ExitWatch(releaseExiting);
	}

	/**
	 * Begins to guard the context. Called by the thread that starts it, before services
	 * are started.
	 * @throws IllegalStateException if the context is closed, or the process ends
	 */
	void begin() {
		this.refreshing = Thread.currentThread();
		guard();
	}

	/**
	 * Begins to guard the context, unless that has begun. Called by whoever starts the
	 * services, before they are started.
	 * @throws IllegalStateException if the context is closed, or the process ends
	 */
	void beginOnce() {
		if (!this.begun) {
			guard();
		}
	}

	private void guard() {
		check();
		try {
			SpringApplication.getShutdownHandlers().add(this.handler);
			this.watch.begin();
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException("The services are not started, since the process is shutting down.", ex);
		}
		// From here on, so that it is told after the listeners that the context found.
		this.context.addApplicationListener(this);
		this.begun = true;
		if (this.ended) {
			release();
		}
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context) {
			check();
		}
	}

	/**
	 * Stops the services if the context was closed although it is being refreshed.
	 * @throws IllegalStateException if it was, so that the refresh fails
	 */
	void check() {
		if (!this.context.isActive()) {
			this.stop.run();
			throw new IllegalStateException(
					"The application context was closed while it was starting, and all services were stopped.");
		}
	}

	/**
	 * Ends the guard: the beans of the context are being destroyed.
	 */
	void end() {
		this.ended = true;
		if (this.begun) {
			release();
		}
	}

	private void release() {
		this.watch.end();
		try {
			SpringApplication.getShutdownHandlers().remove(this.handler);
		}
		catch (IllegalStateException ex) {
			// The shutdown hook runs, and nothing can be removed any more.
		}
	}

	// An active context is one that the shutdown hook is not to close.
	private void shutDown() {
		if (this.ended || this.context.isActive()) {
			return;
		}
		logger.warn("The application context was closed while it was starting: stopping its services.");
		this.stop.run();
		awaitRefresh();
	}

	private void awaitRefresh() {
		ConfigurableListableBeanFactory beanFactory = this.context.getBeanFactory();
		Thread thread = this.refreshing;
		long begin = System.nanoTime();
		long moved = begin;
		// That singleton is the last that goes.
		while (beanFactory.containsSingleton(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME) && thread.isAlive()
				&& !ProcessExit.isCalledBy(thread)) {
			long now = System.nanoTime();
			if (thread.getState() != Thread.State.WAITING) {
				moved = now;
			}
			if (now - moved > STUCK.toNanos() || now - begin > PATIENCE.toNanos()) {
				logger.warn(
						"Thread '%s', which was starting the application context, is stuck: its beans are not destroyed."
							.formatted(thread.getName()));
				return;
			}
			LastResort.pause();
		}
	}

}
