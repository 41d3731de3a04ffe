// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import io.managedservices.ManagedServices;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.line.LineLog;
import io.managedservices.state.ServiceException;

/**
 * Starts all services with the context and stops them with it. Its phase is
 * {@value #PHASE}: after executors and schedulers ({@code Integer.MAX_VALUE / 2}), and
 * just before the web server ({@code Integer.MAX_VALUE - 2048}), so that no request comes
 * before the services run or after they have stopped.
 * <p>
 * In mode {@link StartupMode#AWAIT} {@link #start()} waits until all required services
 * run. Closing the context meanwhile interrupts it: it then stops what was started, and
 * the refresh fails. If the start fails, all services are stopped before the exception
 * leaves. Called by the threads that start and stop the context; stopping is safe from
 * any thread at any time.
 *
 * @since 0.1.0
 */
public final class ManagedServicesLifecycle implements SmartLifecycle, ApplicationContextAware, DisposableBean {

	/**
	 * The phase of the services.
	 */
	public static final int PHASE = Integer.MAX_VALUE - 3072;

	private static final Log logger = LineLog.of(ManagedServicesLifecycle.class);

	/** How long listeners may take to be told that all is over. */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private final ServicePresence presence;

	private final Supplier<ManagedServices> services;

	private final Supplier<ServicesSetup> setup;

	private final ApplicationEnd end;

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable Thread refreshing;

	private volatile @Nullable CloseGuard guard;

	private volatile boolean running;

	/** Whether the context has started the services before. */
	private volatile boolean begun;

	/** Whether it has started, and there was no service yet. */
	private volatile boolean empty;

	/**
	 * Create a lifecycle.
	 * @param presence whether there are services
	 * @param services the services, asked for when there are any
	 * @param setup what is configured of them, asked for when there are any
	 * @param end ends the application
	 */
	public ManagedServicesLifecycle(ServicePresence presence, Supplier<ManagedServices> services,
			Supplier<ServicesSetup> setup, ApplicationEnd end) {
		this.presence = presence;
		this.services = services;
		this.setup = setup;
		this.end = end;
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		if (context instanceof ConfigurableApplicationContext closeable) {
			this.context = closeable;
			this.refreshing = Thread.currentThread();
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	// Services started through the façade are stopped with the context as well. Before
	// its own first start the context has to start, and wait, whoever was first.
	@Override
	public boolean isRunning() {
		return this.running || (this.begun && this.presence.isAny() && isUp());
	}

	private boolean isUp() {
		return this.services.get() instanceof DeferredManagedServices deferred && deferred.isUp();
	}

	@Override
	public void start() {
		this.begun = true;
		// Before anything else: Spring does not stop what it believes not to be running.
		this.running = true;
		boolean any = this.presence.isAny();
		this.empty = !any || this.services.get().snapshots().isEmpty();
		if (this.empty) {
			if (any && this.setup.get().mode() == StartupMode.PREPARE) {
				this.end.prepared();
			}
			return;
		}
		StartupMode mode = this.setup.get().mode();
		if (mode == StartupMode.MANUAL) {
			this.running = false;
			return;
		}
		guard();
		CompletableFuture<Void> started = startServices(mode);
		if (mode == StartupMode.PREPARE) {
			await(started);
			this.end.prepared();
		}
		else if (mode == StartupMode.AWAIT) {
			await(started);
		}
		else {
			CompletableFuture<Void> unused = started.whenComplete((result, failure) -> {
				if (failure != null && !(failure instanceof CancellationException) && !StartFailure.isExit(failure)) {
					this.end.startFailed(StartFailure.of(this.services.get(), failure));
				}
			});
		}
	}

	/**
	 * What it starts and stops.
	 * @return the services
	 */
	ManagedServices services() {
		return this.services.get();
	}

	/**
	 * Services come to an application that had none: they are started unless somebody
	 * else is to do that.
	 */
	void servicesCome() {
		StartupMode mode = this.setup.get().mode();
		boolean first = this.empty;
		this.empty = false;
		if (first && this.running && (mode == StartupMode.AWAIT || mode == StartupMode.BACKGROUND)) {
			guard();
			CompletableFuture<Void> unused = startServices(mode);
		}
	}

	/**
	 * The services are about to be started through the façade, maybe before the context
	 * starts this, or though it does not start them.
	 * @throws IllegalStateException if the context is closed, or the process ends
	 */
	void startsElsewhere() {
		CloseGuard known = guarding();
		if (known != null) {
			known.beginOnce();
		}
	}

	// Made late: an application without services has none.
	private synchronized @Nullable CloseGuard guarding() {
		if (this.guard == null && this.context != null && this.refreshing != null) {
			this.guard = new CloseGuard(this.context, this.refreshing, this::stopForGood, this::releaseExiting);
		}
		return this.guard;
	}

	private void guard() {
		CloseGuard known = guarding();
		if (known != null) {
			known.begin();
		}
	}

	private CompletableFuture<Void> startServices(StartupMode mode) {
		try {
			return (mode == StartupMode.PREPARE && this.services.get() instanceof DeferredManagedServices deferred)
					? deferred.prepare() : this.services.get().start();
		}
		catch (RuntimeException | Error ex) {
			this.running = false;
			throw ex;
		}
	}

	private void await(CompletableFuture<Void> started) {
		try {
			// Without a time limit, which the engine has: closing the context interrupts
			// only a thread that waits without one.
			started.get();
		}
		catch (InterruptedException ex) {
			stopAll();
			Thread.currentThread().interrupt();
			throw cancelled("The start of the services was interrupted, and all of them were stopped.", ex);
		}
		catch (CancellationException ex) {
			stopAll();
			throw cancelled("The start of the services was cancelled, and all of them were stopped.", ex);
		}
		catch (ExecutionException ex) {
			RuntimeException failure = StartFailure.ofWaiting(this.services.get(),
					(ex.getCause() != null) ? ex.getCause() : ex);
			stopAll();
			throw failure;
		}
		if (this.guard != null) {
			this.guard.check();
		}
	}

	private static ServicesStartException cancelled(String message, Exception cause) {
		return new ServicesStartException(null, message, cause, List.of());
	}

	@Override
	public void stop(Runnable callback) {
		if (!this.presence.isAny()) {
			this.running = false;
			callback.run();
			return;
		}
		if (isAnyInterruptExpected()) {
			try {
				stopAll();
			}
			finally {
				callback.run();
			}
			return;
		}
		CompletableFuture<Void> stopped;
		try {
			stopped = stopServices();
		}
		catch (RuntimeException | Error ex) {
			callback.run();
			throw ex;
		}
		CompletableFuture<Void> unused = stopped.whenComplete((result, failure) -> callback.run());
	}

	// Spring waits for the callback until it is interrupted, and then goes on to destroy
	// what the services still use. A service that is stopped from inside is interrupted.
	private static boolean isAnyInterruptExpected() {
		return Thread.currentThread().isInterrupted() || UserCall.isCallerInsideAny();
	}

	@Override
	public void stop() {
		stopAll();
	}

	private CompletableFuture<Void> stopServices() {
		if (!this.presence.isAny()) {
			this.running = false;
			return CompletableFuture.completedFuture(null);
		}
		if (this.services.get() instanceof DeferredManagedServices deferred) {
			deferred.releaseCaller();
		}
		CompletableFuture<Void> stopped = (this.services.get().snapshots().isEmpty() && !isUp())
				? CompletableFuture.completedFuture(null)
				: this.services.get().stop().handle((result, failure) -> failure).thenCompose(this::listenersTold);
		return stopped.whenComplete((result, failure) -> this.running = false);
	}

	// Listeners are told by other threads, and what they use is destroyed with the
	// context.
	private CompletableFuture<Void> listenersTold(@Nullable Throwable failure) {
		CompletableFuture<Void> told = (this.services.get() instanceof DeferredManagedServices deferred)
				? deferred.whenTold(GRACE) : CompletableFuture.completedFuture(null);
		return (failure != null) ? told.thenCompose((result) -> CompletableFuture.failedFuture(failure)) : told;
	}

	@Override
	public void destroy() {
		if (this.guard != null) {
			this.guard.end();
		}
	}

	private void releaseExiting() {
		if (this.services.get() instanceof DeferredManagedServices deferred) {
			deferred.releaseExiting();
		}
	}

	private void stopForGood() {
		if (this.services.get() instanceof DeferredManagedServices deferred) {
			deferred.close();
		}
		stopAll();
	}

	private void stopAll() {
		CompletableFuture<Void> stopped = stopServices();
		if (stopped.isDone() && !stopped.isCompletedExceptionally()) {
			return;
		}
		// Longer than they may take.
		Duration limit = this.setup.get().shutdownTimeout().plus(GRACE).plus(GRACE);
		try {
			new StopWait(limit).await(stopped);
		}
		catch (TimeoutException ex) {
			logger.error("The services were not stopped within " + limit + ", longer than "
					+ "managed-services.shutdown.timeout. They are left alone.");
		}
		catch (ExecutionException | CancellationException ex) {
			// The log has those that could not be stopped already.
			if (!(ex.getCause() instanceof ServiceException)) {
				logger.warn("The stop of the services was cancelled by a start.", ex);
			}
		}
	}

}
