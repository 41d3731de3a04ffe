// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;

import io.managedservices.internal.lifecycle.ApplicationEnd;
import io.managedservices.internal.lifecycle.ServicesStartException;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.time.Patience;

/**
 * Closes the context and, where the application is all that the process is for, ends the
 * process with an exit code.
 * <p>
 * A JVM whose threads all end, as they do when the context is closed, ends with code 0,
 * unless somebody calls {@code System.exit}. That is done here once the main thread has
 * made this context and has returned from the main method: then nobody else is left to do
 * it. In a test, in an application server, and where the main method goes on, the main
 * thread lives or has not made the context, and only the context is closed. (That of
 * Boot's developer tools is not the main thread, either.) Safe for use by several
 * threads; does its work once.
 */
public final class ApplicationExit implements ApplicationEnd {

	private static final Log logger = LineLog.of(ApplicationExit.class);

	/** How long the main thread may take to return once the context is closed. */
	private static final long PATIENCE = TimeUnit.SECONDS.toMillis(10);

	private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

	private final ConfigurableApplicationContext context;

	private final @Nullable Thread main;

	private final AtomicBoolean begun = new AtomicBoolean();

	/**
	 * Create an exit. Called by the thread that refreshes the context.
	 * @param context the context
	 */
	public ApplicationExit(ConfigurableApplicationContext context) {
		this.context = context;
		Thread thread = Thread.currentThread();
		this.main = isMain(thread) ? thread : null;
	}

	// As Boot tells the thread on whose uncaught exceptions it exits.
	private static boolean isMain(Thread thread) {
		ThreadGroup group = thread.getThreadGroup();
		return "main".equals(thread.getName()) && group != null && "main".equals(group.getName());
	}

	/**
	 * Exits, without waiting for it.
	 * @param code the exit code, unless another generator of the context has one
	 * @param report is run before
	 */
	void exit(ExitCodeGenerator code, Runnable report) {
		if (this.begun.compareAndSet(false, true)) {
			// Closing waits for the services, whose threads must not do it.
			start(new Thread(null, () -> {
				report.run();
				exit(code);
			}, "managed-services-exit-1", 0, false));
		}
	}

	// Nobody else would exit, however long no thread can be had. It is not a daemon: it
	// has to outlive all others.
	private static void start(Thread thread) {
		thread.setDaemon(false);
		try {
			Patience.start(thread, FOR_EVER);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			thread.start();
		}
	}

	private void exit(ExitCodeGenerator code) {
		// Of one that somebody else has closed nothing can be asked.
		int exitCode = this.context.isActive() ? SpringApplication.exit(this.context, code) : code.getExitCode();
		if (this.main != null && hasReturned(this.main)) {
			System.exit(exitCode);
		}
	}

	@Override
	public void startFailed(ServicesStartException failure) {
		new ExitOnStartFailure(this).accept(failure);
	}

	// There are runners where the application is one of Boot.
	@Override
	public void prepared() {
		this.context.addApplicationListener((event) -> {
			if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
				exit(() -> 0,
						() -> logger.info("All services are prepared, and none was started: the application ends."));
			}
		});
	}

	/**
	 * Exits with code 0 if the calling thread ends although an exception leaves its main
	 * method: the JVM would end with code 1.
	 */
	static void exitCleanly() {
		Thread caller = Thread.currentThread();
		if (isMain(caller)) {
			start(new Thread(null, () -> {
				if (hasReturned(caller)) {
					System.exit(0);
				}
			}, "managed-services-exit-1", 0, false));
		}
	}

	// It may still be on its way out of SpringApplication.run.
	private static boolean hasReturned(Thread thread) {
		try {
			thread.join(PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !thread.isAlive();
	}

}
