// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.managedservices.Conditions;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;

/**
 * Conditions that somebody reports of a service: what becomes of them is up to who does.
 * Immutable; entered by any thread.
 */
abstract class ReportedConditions implements Conditions {

	@Override
	public final void hint(String id, String title, String message) {
		raise(id, Severity.HINT, title, message);
	}

	@Override
	public final void warning(String id, String title, String message) {
		raise(id, Severity.WARNING, title, message);
	}

	@Override
	public final void error(String id, String title, String message) {
		raise(id, Severity.ERROR, title, message);
	}

	private void raise(String id, Severity severity, String title, String message) {
		// The coordinator knows the time.
		raise(new Condition(Objects.requireNonNull(id, "id"), severity, Objects.requireNonNull(title, "title"),
				Objects.requireNonNull(message, "message"), Instant.EPOCH));
	}

	@Override
	public final void resolve(String id) {
		resolveOneOrAll(Objects.requireNonNull(id, "id"));
	}

	@Override
	public final void resolveAll() {
		resolveOneOrAll(null);
	}

	/**
	 * Raises a condition.
	 * @param condition the condition, without its time
	 */
	protected abstract void raise(Condition condition);

	/**
	 * Resolves conditions.
	 * @param id which one, or {@code null} for all
	 */
	protected abstract void resolveOneOrAll(@Nullable String id);

}
