// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.report;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.report.Findings.Part;
import io.managedservices.internal.graph.ServiceCallbacks.Check;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.state.ServiceException;

/**
 * One round of checks of the components of a service. Run by the thread that makes the
 * checks; the coordinator reads what it has found once it is over, or hangs.
 */
final class CheckRound {

	private final String service;

	private final List<Part> parts;

	/** How many errors the service had reported when the round was decided. */
	private final long errorsBefore;

	private final @Nullable Component[] found;

	/** The component that is being checked: those before it are done. */
	private volatile int position = -1;

	private @Nullable Throwable notReady;

	private @Nullable Throwable notHealthy;

	CheckRound(String service, List<Part> parts, long errorsBefore) {
		this.service = service;
		this.parts = parts;
		this.errorsBefore = errorsBefore;
		this.found = new Component[parts.size()];
	}

	/**
	 * Checks all components.
	 * @param interrupted whether to go on no further
	 */
	void run(BooleanSupplier interrupted) {
		for (int index = 0; index < this.parts.size() && !interrupted.getAsBoolean(); index++) {
			this.position = index;
			Part part = this.parts.get(index);
			Throwable ready = failureOf(part.component()::checkReady);
			Throwable healthy = interrupted.getAsBoolean() ? null : failureOf(part.component()::checkHealth);
			this.found[index] = new Component(part.name(), ready == null, healthy == null,
					(healthy != null) ? healthy : ready);
			this.notReady = first(this.notReady, part, "ready", ready);
			this.notHealthy = first(this.notHealthy, part, "healthy", healthy);
		}
		this.position = this.parts.size();
	}

	private static @Nullable Throwable failureOf(Check check) {
		try {
			check.call();
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private @Nullable Throwable first(@Nullable Throwable before, Part part, String what, @Nullable Throwable failure) {
		if (before != null || failure == null) {
			return before;
		}
		return new ServiceException(this.service,
				"Component '%s.%s' is not %s: %s".formatted(this.service, part.name(), what, FailureText.of(failure)),
				failure);
	}

	/**
	 * Why the service is not ready.
	 * @return what the first readiness check of a component failed with, or {@code null}
	 */
	@Nullable Throwable notReady() {
		return this.notReady;
	}

	/**
	 * Why the service is not healthy.
	 * @return what the first health check of a component failed with, or {@code null}
	 */
	@Nullable Throwable notHealthy() {
		return this.notHealthy;
	}

	/**
	 * Tells the service what was found.
	 * @param findings of the service
	 * @param timeout why the component that is being checked is neither ready nor
	 * healthy, or {@code null} if the round is over
	 */
	void tell(Findings findings, @Nullable Throwable timeout) {
		int checked = this.position;
		for (int index = 0; index < this.parts.size(); index++) {
			Component component = (index < checked) ? this.found[index] : null;
			if (index == checked && timeout != null) {
				component = new Component(this.parts.get(index).name(), false, false, timeout);
			}
			if (component != null) {
				findings.found(this.parts.get(index), component);
			}
		}
	}

	boolean isEmpty() {
		return this.parts.isEmpty();
	}

	boolean hasHealthCheck() {
		return this.parts.stream().anyMatch(Part::hasHealthCheck);
	}

	long errorsBefore() {
		return this.errorsBefore;
	}

}
