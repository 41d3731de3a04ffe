// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;

/**
 * The work whose failures were logged: a warning of such work says nothing new. Used by
 * one thread at a time.
 */
final class LoggedFailures {

	/** The id of a warning of the work that failed last, by the service. */
	private final Map<String, String> last = new HashMap<>();

	/** The ids of the warnings of such work, by the service. */
	private final Map<String, Set<String>> warnings = new HashMap<>();

	/**
	 * The failure of a piece of work is logged. The warning of it comes next, if any.
	 * @param failure the failure
	 */
	void logged(ServiceFailure failure) {
		this.last.put(failure.service(), failure.kind() + ":" + failure.name());
	}

	/**
	 * Whether a condition is the warning of a failure that was logged.
	 * @param service the name of the service
	 * @param condition the condition, as it is now
	 * @return whether it says nothing new
	 */
	boolean includes(String service, Condition condition) {
		String id = condition.id();
		if (condition.severity() != Severity.WARNING) {
			return false;
		}
		if (id.equals(this.last.get(service))) {
			this.warnings.computeIfAbsent(service, (name) -> new HashSet<>()).add(id);
		}
		return this.warnings.getOrDefault(service, Set.of()).contains(id);
	}

	/**
	 * A condition is resolved.
	 * @param service the name of the service
	 * @param condition the condition, as it was
	 */
	void resolved(String service, Condition condition) {
		Set<String> known = this.warnings.get(service);
		if (known != null && known.remove(condition.id()) && known.isEmpty()) {
			this.warnings.remove(service);
		}
		this.last.remove(service, condition.id());
	}

	/**
	 * A service is forgotten.
	 * @param service its name
	 */
	void forget(String service) {
		this.last.remove(service);
		this.warnings.remove(service);
	}

	void clear() {
		this.last.clear();
		this.warnings.clear();
	}

}
