// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.line.GuardedLog;
import io.managedservices.internal.line.LineLog;
import io.managedservices.observation.DefaultServiceObservationConvention;
import io.managedservices.observation.ServiceObservationContext;
import io.managedservices.observation.ServiceObservationConvention;
import io.managedservices.observation.ServiceObservationDocumentation;

/**
 * Puts an observation around user code inside services: it is started on the thread that
 * runs the code, which is inside its scope. A handler or convention that throws is
 * logged, once, and never breaks the code. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ObservedCalls implements Surrounding {

	private static final Log logger = LineLog.of(ObservedCalls.class);

	private static final ServiceObservationConvention DEFAULT = new DefaultServiceObservationConvention();

	private final ObservationRegistry registry;

	/** What is observed, by its kind. */
	private final Map<String, Observed> observed = new HashMap<>();

	private final AtomicBoolean told = new AtomicBoolean();

	/**
	 * Create observations.
	 * @param registry where they are registered
	 * @param convention their names and key values, or {@code null} for the default
	 * @param checks whether checks are observed
	 * @param microTasks whether micro-tasks are observed
	 */
	public ObservedCalls(ObservationRegistry registry, @Nullable ServiceObservationConvention convention,
			boolean checks, boolean microTasks) {
		this.registry = registry;
		for (ServiceObservationDocumentation kind : ServiceObservationDocumentation.values()) {
			if ((checks || kind != ServiceObservationDocumentation.CHECK)
					&& (microTasks || kind != ServiceObservationDocumentation.MICRO_TASK)) {
				this.observed.put(kind.getContextualName(), Observed.of(kind, convention));
			}
		}
	}

	@Override
	public @Nullable Object origin() {
		return this.registry.getCurrentObservation();
	}

	@Override
	public void run(Inner inner) throws Exception {
		Surrounding.Subject subject = inner.subject();
		Observed kind = this.registry.isNoop() ? null : this.observed.get(subject.kind());
		if (kind == null) {
			inner.run();
			return;
		}
		ServiceObservationContext context = new ServiceObservationContext(kind.kind(), subject.service(),
				subject.name(), subject.isNameFixed(), subject.item());
		Observation observation = start(kind, context, inner.origin());
		Observation.Scope outer = this.registry.getCurrentObservationScope();
		Observation.Scope scope = open(observation);
		boolean cancelled = false;
		try {
			inner.run();
		}
		catch (Throwable ex) {
			cancelled = !inner.isFailure(ex);
			if (!cancelled) {
				guard(() -> observation.error(ex));
			}
			throw ex;
		}
		finally {
			context.complete(cancelled);
			guard(scope::close);
			// A handler that throws leaves what it found behind on the thread.
			guard(() -> this.registry.setCurrentObservationScope(outer));
			guard(observation::stop);
		}
	}

	private Observation start(Observed kind, ServiceObservationContext context, @Nullable Object origin) {
		Observation observation = Observation.NOOP;
		try {
			observation = Observation.createNotStarted(kind.custom(), kind.byDefault(), () -> context, this.registry);
			if (origin instanceof Observation parent && this.registry.getCurrentObservation() == null) {
				observation.parentObservation(parent);
			}
			return observation.start();
		}
		catch (Throwable ex) {
			failed(ex);
			// Some handlers may have begun to watch it.
			guard(observation::stop);
			return Observation.NOOP;
		}
	}

	private Observation.Scope open(Observation observation) {
		try {
			return observation.openScope();
		}
		catch (Throwable ex) {
			failed(ex);
			return Observation.Scope.NOOP;
		}
	}

	private void guard(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	private void failed(Throwable failure) {
		if (this.told.compareAndSet(false, true)) {
			GuardedLog.error(logger,
					"An observation of a service failed, in an ObservationHandler or a convention. Further failures are not logged",
					failure);
		}
	}

	@Override
	public String toString() {
		return "observations";
	}

	/**
	 * What is observed, and how it is named.
	 *
	 * @param kind what it is
	 * @param custom the convention of the application, or {@code null}
	 * @param byDefault ours
	 */
	private record Observed(ServiceObservationDocumentation kind, @Nullable NamedConvention custom,
			NamedConvention byDefault) {

		static Observed of(ServiceObservationDocumentation kind, @Nullable ServiceObservationConvention convention) {
			return new Observed(kind,
					(convention != null) ? new NamedConvention(convention.getName(kind), convention) : null,
					new NamedConvention(DEFAULT.getName(kind), DEFAULT));
		}

	}

}
