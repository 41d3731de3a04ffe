// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Says in one line what a start waits for that has not come to its end: the services that
 * are at it, those first that most others wait for. Immutable.
 *
 * @param services all services by name, as they are
 * @param duration how long the start has taken
 */
record StartDelay(Map<String, ServiceSnapshot> services, Duration duration) {

	/** How many services are named. */
	private static final int MAX_NAMES = 5;

	String describe() {
		long running = this.services.values()
			.stream()
			.filter((service) -> service.state() == ServiceState.RUNNING)
			.count();
		String text = "Still starting after %s, %d of %s running".formatted(HumanDuration.of(this.duration), running,
				StartSummary.count(this.services.size(), "service", "services"));
		Map<ServiceSnapshot, Integer> culprits = culprits();
		if (culprits.isEmpty()) {
			return text;
		}
		List<String> first = culprits.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
			.limit(MAX_NAMES)
			.map((culprit) -> describe(culprit.getKey(), culprit.getValue()))
			.toList();
		String more = (culprits.size() > MAX_NAMES) ? "; and %d more".formatted(culprits.size() - MAX_NAMES) : "";
		return text + ": " + String.join("; ", first) + more;
	}

	private static String describe(ServiceSnapshot service, int waiting) {
		List<String> details = new ArrayList<>();
		ServiceSnapshot.Attempt attempt = service.attempt();
		if (attempt.number() > 0) {
			details.add("attempt " + attempt.progress());
		}
		else {
			details.add(service.state().toString().toLowerCase(Locale.ROOT));
		}
		if (attempt.next() != null) {
			details.add("next in " + HumanDuration.of(Duration.between(service.since(), attempt.next())));
		}
		if (service.failure() != null) {
			details.add(FailureText.of(service.failure()));
		}
		String text = "%s (%s)".formatted(service.name(), String.join(", ", details));
		return (waiting == 0) ? text
				: "%s, %s for it".formatted(text, (waiting == 1) ? "1 service waits" : waiting + " services wait");
	}

	// Who is at it, with how many wait for it.
	private Map<ServiceSnapshot, Integer> culprits() {
		Map<String, List<ServiceSnapshot>> dependents = new HashMap<>();
		for (ServiceSnapshot service : this.services.values()) {
			if (service.state() == ServiceState.WAITING) {
				for (ServiceDependency dependency : service.service().dependencies()) {
					dependents.computeIfAbsent(dependency.name(), (name) -> new ArrayList<>()).add(service);
				}
			}
		}
		Map<ServiceSnapshot, Integer> culprits = new LinkedHashMap<>();
		for (ServiceSnapshot service : this.services.values()) {
			if (isAtIt(service.state())) {
				culprits.put(service, waiting(service, dependents));
			}
		}
		return culprits;
	}

	private static boolean isAtIt(ServiceState state) {
		return state == ServiceState.PREPARING || state == ServiceState.STARTING || state == ServiceState.BACKOFF
				|| state == ServiceState.STOPPING;
	}

	private static int waiting(ServiceSnapshot culprit, Map<String, List<ServiceSnapshot>> dependents) {
		Set<String> waiting = new HashSet<>();
		Deque<String> reached = new ArrayDeque<>(List.of(culprit.name()));
		while (!reached.isEmpty()) {
			for (ServiceSnapshot dependent : dependents.getOrDefault(reached.remove(), List.of())) {
				if (waiting.add(dependent.name())) {
					reached.add(dependent.name());
				}
			}
		}
		return waiting.size();
	}

}
