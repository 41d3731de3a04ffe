// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.StopReason;

/**
 * Says why the start of all services failed: the root causes, and what they keep from
 * running. Stateless.
 */
final class StartDiagnosis {

	private static final int MAX_NAMES = 20;

	private StartDiagnosis() {
	}

	static ServiceException of(Coordinator coordinator, ServiceNode[] nodes) {
		int[] roots = roots(coordinator.graph().dependencies(), nodes);
		Set<ServiceNode> causes = new LinkedHashSet<>();
		List<String> blocked = new ArrayList<>();
		for (ServiceNode node : nodes) {
			if (node.hopeless) {
				causes.add(nodes[roots[node.index]]);
				if (roots[node.index] != node.index) {
					blocked.add("'" + node.name() + "'");
				}
			}
		}
		StringBuilder message = new StringBuilder();
		causes.stream().limit(MAX_NAMES).forEach((cause) -> message.append(describe(cause)).append('\n'));
		if (!blocked.isEmpty()) {
			message.append("Required services that cannot run because of that: ").append(names(blocked)).append('.');
		}
		ServiceNode first = causes.iterator().next();
		return new ServiceException(first.name(), message.toString().strip(), first.vitals.failure());
	}

	// The root cause of each blocked node, in one pass: dependencies have lower indexes.
	private static int[] roots(EdgeList dependencies, ServiceNode[] nodes) {
		int[] roots = new int[nodes.length];
		for (ServiceNode node : nodes) {
			roots[node.index] = node.index;
			int edges = (node.counters.dependenciesBlocked[node.index] > 0) ? dependencies.count(node.index) : 0;
			for (int edge = 0; edge < edges; edge++) {
				int dependency = dependencies.target(node.index, edge);
				if (nodes[dependency].blocked) {
					roots[node.index] = roots[dependency];
					break;
				}
			}
		}
		return roots;
	}

	private static String describe(ServiceNode node) {
		if (node.isDisabled()) {
			return "Service '%s' is disabled: %s.".formatted(node.name(),
					SettingKey.ofService(node.name(), "activation"));
		}
		if (node.held) {
			return "Service '%s' %s: start it.".formatted(node.name(), (node.unwantedReason == StopReason.COMPLETED)
					? "has ended by itself" : "was stopped by the operator");
		}
		ServiceSnapshot.Attempt attempt = node.attempt;
		String after = (attempt.number() > 0) ? " to start after " + attempt.made() : "";
		return "Service '%s' failed%s: %s.".formatted(node.name(), after, FailureText.of(node.vitals.failure()));
	}

	static ServiceException timedOut(ServiceNode[] nodes, Duration timeout) {
		List<String> waiting = new ArrayList<>();
		for (ServiceNode node : nodes) {
			if (node.pending || node.hopeless) {
				waiting.add("'%s' (%s)".formatted(node.name(), node.state));
			}
		}
		return new ServiceException(null, "Not all required services run after %s: %s. managed-services.startup.timeout"
			.formatted(timeout, names(waiting)) + " sets how long the start may take.", null);
	}

	private static String names(List<String> names) {
		String first = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
		return (names.size() > MAX_NAMES) ? first + " and %d more".formatted(names.size() - MAX_NAMES) : first;
	}

}
