// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceContext;
import io.managedservices.internal.call.Coordination;
import io.managedservices.internal.engine.kernel.WorkInside.Remaining;
import io.managedservices.internal.engine.work.OwnedWork;
import io.managedservices.internal.engine.work.WorkOwner;

/**
 * Where the work of one service is done, through all its incarnations: has a scope for
 * the present one, and notifies the kinds of work. Confined to the coordinator, but for
 * {@link #isAsleep} and {@link #sleep()}.
 *
 * @since 0.1.0
 */
public abstract class Workplace implements OwnedWork {

	private final WorkEnvironment environment;

	private final WorkOwner owner;

	private final FailureLog failures;

	private final FailingWork failing;

	private final Sleep sleep = new Sleep();

	private @Nullable WorkScope scope;

	/**
	 * Create a workplace.
	 * @param environment that of all services
	 * @param owner the service
	 */
	protected Workplace(WorkEnvironment environment, WorkOwner owner) {
		this.environment = environment;
		this.owner = owner;
		this.failures = new FailureLog(owner, environment.coordination(), environment.failuresKept());
		this.failing = new FailingWork(owner, environment.coordination());
	}

	/**
	 * The kinds of work that the service may have.
	 * @return all of them, in the order in which they are notified
	 */
	protected abstract List<KindOfWork> kinds();

	/**
	 * The scope of an incarnation.
	 * @param incarnation the incarnation
	 * @return its scope, which has ended if the incarnation is to stop
	 */
	protected final WorkScope scope(ServiceContext incarnation) {
		WorkScope known = this.scope;
		if (known != null && known.incarnation() == incarnation) {
			return known;
		}
		WorkScope begun = new WorkScope(this, incarnation);
		if (isRunning()) {
			begun.run();
		}
		if (incarnation.stopReason() != null) {
			// Its service has another one by now, or none: nothing was asked of it yet.
			begun.endUnused();
		}
		else {
			this.scope = begun;
		}
		return begun;
	}

	@Override
	public final void running(ServiceContext incarnation) {
		scope(incarnation).run();
		kinds().forEach(KindOfWork::running);
	}

	@Override
	public final void end() {
		if (this.scope != null) {
			this.failing.end();
			this.scope.end();
		}
	}

	@Override
	public final void interrupt() {
		if (this.scope != null) {
			this.scope.ending().interrupt();
		}
	}

	@Override
	public final boolean isOver() {
		return this.scope == null || this.scope.isOver();
	}

	@Override
	public final @Nullable String activity() {
		return kinds().stream().map(KindOfWork::activity).filter(Objects::nonNull).findFirst().orElse(null);
	}

	@Override
	public final void releaseExiting() {
		if (this.scope != null) {
			this.scope.releaseExiting();
		}
	}

	@Override
	public final List<Remaining> remaining() {
		return (this.scope != null) ? this.scope.remaining() : List.of();
	}

	@Override
	public final void sleep(boolean sleeps) {
		if (this.sleep.set(sleeps)) {
			kinds().forEach(KindOfWork::sleepChanged);
		}
	}

	public final String name() {
		return this.owner.definition().name();
	}

	public final WorkOwner owner() {
		return this.owner;
	}

	public final boolean isRunning() {
		return this.owner.isRunning();
	}

	/**
	 * Whether the service sleeps. Any thread may ask.
	 * @return whether it does
	 */
	public final boolean isAsleep() {
		return this.sleep.isAsleep();
	}

	/**
	 * Whether the service sleeps, and what waits for it to be woken. Any thread may ask.
	 * @return its sleep
	 */
	public final Sleep sleep() {
		return this.sleep;
	}

	/**
	 * The scope of the present incarnation.
	 * @return the last one that has begun, or {@code null} if none has
	 */
	public final @Nullable WorkScope current() {
		return this.scope;
	}

	/**
	 * The scope of the present incarnation, if the service runs.
	 * @return the scope, or {@code null} while the service does not run
	 */
	public final @Nullable WorkScope currentIfRunning() {
		WorkScope present = this.scope;
		return (present != null && present.isRunning()) ? present : null;
	}

	public final WorkEnvironment environment() {
		return this.environment;
	}

	public final Coordination coordination() {
		return this.environment.coordination();
	}

	public final FailureLog failures() {
		return this.failures;
	}

	public final FailingWork failing() {
		return this.failing;
	}

}
