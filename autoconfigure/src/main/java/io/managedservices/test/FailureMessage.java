// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.assertj.core.error.BasicErrorMessageFactory;

import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;

/**
 * Says what was expected, and draws services as they are: a line for each with its state,
 * and what it waits for or what is wrong with it. The root causes are among them.
 * Immutable.
 */
final class FailureMessage extends BasicErrorMessageFactory {

	private static final int MAX_LINES = 20;

	/** How many services of a way are named at either end. */
	private static final int MAX_LINKS = 2;

	/**
	 * A message without services.
	 * @param text the message
	 */
	FailureMessage(String text) {
		super("%n%s", unquotedString(text));
	}

	/**
	 * A message with services.
	 * @param expectation what was expected, and what was found instead
	 * @param services how services are
	 * @param shown the services to be drawn
	 */
	FailureMessage(String expectation, ServiceMonitor services, Collection<ServiceSnapshot> shown) {
		this(expectation + draw(services, shown));
	}

	private static String draw(ServiceMonitor services, Collection<ServiceSnapshot> shown) {
		Map<String, ServiceSnapshot> drawn = new LinkedHashMap<>();
		Map<String, List<ServiceSnapshot>> blockers = new LinkedHashMap<>();
		for (ServiceSnapshot service : shown) {
			List<ServiceSnapshot> way = services.blockers(service.name());
			if (!way.isEmpty()) {
				ServiceSnapshot root = way.get(way.size() - 1);
				drawn.putIfAbsent(root.name(), root);
			}
			blockers.put(service.name(), way);
			drawn.put(service.name(), service);
		}
		int nameWidth = width(drawn.keySet());
		int stateWidth = width(drawn.values().stream().map((service) -> service.state().toString()).toList());
		StringBuilder text = new StringBuilder();
		drawn.values().stream().limit(MAX_LINES).forEach((service) -> {
			String line = "  %s  %s  %s".formatted(padded(service.name(), nameWidth),
					padded(service.state().toString(), stateWidth),
					why(service, blockers.getOrDefault(service.name(), List.of())));
			text.append('\n').append(line.stripTrailing());
		});
		if (drawn.size() > MAX_LINES) {
			text.append("\n  and ").append(drawn.size() - MAX_LINES).append(" more");
		}
		return text.toString();
	}

	private static int width(Collection<String> texts) {
		return texts.stream().mapToInt(String::length).max().orElse(0);
	}

	private static String padded(String text, int width) {
		return text + " ".repeat(width - text.length());
	}

	private static String why(ServiceSnapshot service, List<ServiceSnapshot> blockers) {
		if (!blockers.isEmpty()) {
			return "for " + way(blockers.stream().map(ServiceSnapshot::name).toList());
		}
		List<String> parts = new ArrayList<>();
		parts.add(situation(service));
		String reason = service.reason();
		parts.add((reason != null) ? reason : "");
		return parts.stream().filter((part) -> !part.isEmpty()).collect(Collectors.joining(": "));
	}

	private static String way(List<String> names) {
		if (names.size() <= 2 * MAX_LINKS) {
			return String.join(" → ", names);
		}
		return String.join(" → ", names.subList(0, MAX_LINKS)) + " → … → "
				+ String.join(" → ", names.subList(names.size() - MAX_LINKS, names.size()));
	}

	private static String situation(ServiceSnapshot service) {
		Attempt attempt = service.currentAttempt();
		return switch (service.state()) {
			case RUNNING -> !service.healthy() ? "not healthy" : service.ready() ? "ready" : "not ready";
			case STARTING -> (attempt != null) ? "attempt " + attempt.progress() : "";
			case BACKOFF -> (attempt != null && attempt.number() > 0) ? "after attempt " + attempt.progress() : "";
			default -> "";
		};
	}

}
