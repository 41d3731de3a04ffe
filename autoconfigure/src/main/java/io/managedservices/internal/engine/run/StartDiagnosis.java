// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.engine.kernel.ServiceNode;
import io.managedservices.internal.graph.EdgeList;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.text.FailureText;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

/**
 * Says why the start of all services failed: the root causes, and what they keep from
 * running. Stateless.
 */
final class StartDiagnosis {

	private static final int MAX_NAMES = 20;

	private StartDiagnosis() {
	}

	static ServiceException of(ServiceGraph graph, List<ServiceNode> nodes, RunCounts counts) {
		int[] roots = roots(graph.dependencies(), nodes);
		Set<ServiceNode> causes = new LinkedHashSet<>();
		List<String> blocked = new ArrayList<>();
		for (ServiceNode node : nodes) {
			if (counts.isHopeless(node)) {
				causes.add(nodes.get(roots[node.index()]));
				if (roots[node.index()] != node.index()) {
					blocked.add("'" + node.name() + "'");
				}
			}
		}
		return failure(causes, blocked.isEmpty() ? ""
				: "Required services that cannot run because of that: %s.".formatted(names(blocked)));
	}

	/**
	 * Says which required services could not be prepared.
	 * @param nodes the services
	 * @return the failure, with those of all but the first suppressed, or {@code null}
	 */
	static @Nullable ServiceException ofPrepare(List<ServiceNode> nodes) {
		List<ServiceNode> failed = nodes.stream()
			.filter((node) -> node.isDeclaredRequired() && node.state() == ServiceState.FAILED)
			.toList();
		return failed.isEmpty() ? null : failure(failed, "");
	}

	private static ServiceException failure(Collection<ServiceNode> causes, String consequence) {
		StringBuilder message = new StringBuilder();
		causes.stream().limit(MAX_NAMES).forEach((cause) -> message.append(describe(cause)).append('\n'));
		message.append(consequence);
		ServiceNode first = causes.iterator().next();
		ServiceException failure = new ServiceException(first.name(), message.toString().strip(),
				first.vitals().failure());
		causes.stream()
			.skip(1)
			.limit(MAX_NAMES)
			.forEach((cause) -> failure
				.addSuppressed(new ServiceException(cause.name(), describe(cause), cause.vitals().failure())));
		return failure;
	}

	// The root cause of each blocked node, in one pass: dependencies have lower indexes.
	private static int[] roots(EdgeList dependencies, List<ServiceNode> nodes) {
		int[] roots = new int[nodes.size()];
		for (ServiceNode node : nodes) {
			roots[node.index()] = node.index();
			int edges = (node.counters().dependenciesBlocked[node.index()] > 0) ? dependencies.count(node.index()) : 0;
			for (int edge = 0; edge < edges; edge++) {
				int dependency = dependencies.target(node.index(), edge);
				if (nodes.get(dependency).blocked()) {
					roots[node.index()] = roots[dependency];
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
		if (node.held()) {
			return "Service '%s' %s: start it.".formatted(node.name(), (node.unwantedReason() == StopReason.COMPLETED)
					? "has ended by itself" : "was stopped by the operator");
		}
		ServiceSnapshot.Attempt attempt = node.attempt();
		String after = (attempt.number() > 0) ? " to start after " + attempt.made() : "";
		return "Service '%s' failed%s: %s.".formatted(node.name(), after, FailureText.of(node.vitals().failure()));
	}

	static ServiceException timedOut(List<ServiceNode> nodes, RunCounts counts, Duration timeout) {
		List<String> waiting = new ArrayList<>();
		for (ServiceNode node : nodes) {
			if (counts.isPending(node) || counts.isHopeless(node)) {
				waiting.add("'%s' (%s)".formatted(node.name(), node.state()));
			}
		}
		return new ServiceException(ServiceException.Kind.NOT_IN_TIME, null,
				"Not all required services run after %s: %s. managed-services.startup.timeout".formatted(timeout,
						names(waiting)) + " sets how long the start may take.",
				null);
	}

	private static String names(List<String> names) {
		String first = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
		return (names.size() > MAX_NAMES) ? first + " and %d more".formatted(names.size() - MAX_NAMES) : first;
	}

}
