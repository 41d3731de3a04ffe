package io.managedservices.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.managedservices.Activation;
import io.managedservices.ServiceException;
import io.managedservices.ServiceSnapshot;
import io.managedservices.graph.EdgeList;

/**
 * Says why the start of all services failed: the root causes, and what they keep from
 * running. Stateless.
 */
final class StartFailure {

	private static final int MAX_NAMES = 20;

	private StartFailure() {
	}

	static ServiceException of(Coordinator coordinator, ServiceNode[] nodes) {
		Set<ServiceNode> roots = new LinkedHashSet<>();
		List<String> blocked = new ArrayList<>();
		for (ServiceNode node : nodes) {
			if (node.hopeless) {
				if (node.counters.dependenciesBlocked[node.index] > 0) {
					blocked.add("'" + node.name() + "'");
				}
				if (roots.size() < MAX_NAMES) {
					roots.add(root(coordinator, node));
				}
			}
		}
		StringBuilder message = new StringBuilder();
		roots.forEach((root) -> message.append(describe(root)).append('\n'));
		if (!blocked.isEmpty()) {
			message.append("Required services that cannot run because of that: ").append(names(blocked)).append('.');
		}
		ServiceNode first = roots.iterator().next();
		return new ServiceException(first.name(), message.toString().strip(), first.vitals.failure());
	}

	private static ServiceNode root(Coordinator coordinator, ServiceNode node) {
		EdgeList dependencies = coordinator.graph().dependencies();
		ServiceNode root = node;
		while (root.counters.dependenciesBlocked[root.index] > 0) {
			int edge = 0;
			while (!coordinator.node(dependencies.target(root.index, edge)).blocked) {
				edge++;
			}
			root = coordinator.node(dependencies.target(root.index, edge));
		}
		return root;
	}

	private static String describe(ServiceNode node) {
		if (node.definition.descriptor().activation() == Activation.DISABLED) {
			return "Service '%s' is disabled: managed-services.services.%s.activation.".formatted(node.name(),
					node.name());
		}
		ServiceSnapshot.Attempt attempt = node.attempt;
		String after = (attempt.number() > 0) ? " after %d of %d attempts".formatted(attempt.number(), attempt.total())
				: "";
		return "Service '%s' failed%s: %s.".formatted(node.name(), after, node.vitals.failure());
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
