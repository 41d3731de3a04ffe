// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.kernel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.UserCall;
import io.managedservices.internal.lease.Hold;
import io.managedservices.state.StopReason;

/**
 * One incarnation of a service, as its methods see it: which it is, and whether it is to
 * end. What else it can do is added by what makes it. Entered by any thread; the
 * coordinator alone ends it.
 */
public abstract class Incarnation implements ServiceContext {

	private final Coordinator coordinator;

	private final ServiceNode node;

	private final int attempt;

	/** What it runs by, if it needs a lease. */
	private final @Nullable Hold hold;

	/** Made when somebody asks for it, under the lock of this. */
	private volatile @Nullable CompletableFuture<StopReason> stopping;

	private volatile @Nullable StopReason stopReason;

	/** Most have none: not even the field is set then. */
	private volatile @Nullable Long lastBeat;

	/**
	 * Create an incarnation.
	 * @param coordinator ends it
	 * @param node the service
	 * @param attempt the number of its start, 0 while it is being prepared
	 * @param hold what it runs by, or {@code null} if it needs no lease
	 */
	protected Incarnation(Coordinator coordinator, ServiceNode node, int attempt, @Nullable Hold hold) {
		this.coordinator = coordinator;
		this.node = node;
		this.attempt = attempt;
		this.hold = hold;
	}

	protected final Coordinator coordinator() {
		return this.coordinator;
	}

	protected final ServiceNode node() {
		return this.node;
	}

	@Override
	public final String name() {
		return this.node.name();
	}

	@Override
	public final int attempt() {
		return this.attempt;
	}

	/**
	 * What it runs by. Any thread may ask.
	 * @return the hold, or {@code null} if it needs no lease
	 */
	public final @Nullable Hold hold() {
		return this.hold;
	}

	/**
	 * Whether something of it may begin, as far as its lease goes. Any thread may ask.
	 * @return {@code false} for good once there is only time left for stopping
	 */
	public final boolean mayBegin() {
		Hold known = this.hold;
		return known == null || known.mayBegin();
	}

	@Override
	public final boolean isStopping() {
		boolean ending = this.stopReason != null || !mayBegin();
		UserCall.look(this, ending);
		return ending;
	}

	@Override
	public final @Nullable StopReason stopReason() {
		return this.stopReason;
	}

	@Override
	public final CompletionStage<StopReason> stopping() {
		CompletableFuture<StopReason> future = stoppingFuture();
		// Either this or the end sees what the other has written.
		StopReason reason = this.stopReason;
		if (reason != null) {
			future.complete(reason);
		}
		return future.minimalCompletionStage();
	}

	private synchronized CompletableFuture<StopReason> stoppingFuture() {
		CompletableFuture<StopReason> known = this.stopping;
		if (known == null) {
			known = new CompletableFuture<>();
			this.stopping = known;
		}
		return known;
	}

	/**
	 * Ends this incarnation. The stage is completed outside the coordinator.
	 * @param reason why
	 */
	public final void end(StopReason reason) {
		if (this.stopReason == null) {
			this.stopReason = reason;
			CompletableFuture<StopReason> future = this.stopping;
			if (future != null) {
				this.coordinator.deliver(() -> future.complete(reason));
			}
		}
	}

	@Override
	public final void beat() {
		this.lastBeat = this.coordinator.nanoTime();
	}

	/**
	 * When the service last gave a beat.
	 * @return the time, {@link Long#MIN_VALUE} before the first
	 */
	public final long lastBeat() {
		Long beat = this.lastBeat;
		return (beat != null) ? beat : Long.MIN_VALUE;
	}

	/**
	 * Makes incarnations.
	 */
	@FunctionalInterface
	public interface Factory {

		/**
		 * Makes an incarnation.
		 * @param node the service
		 * @param attempt the number of its start, 0 while it is being prepared
		 * @return the incarnation
		 */
		Incarnation create(ServiceNode node, int attempt);

	}

}
