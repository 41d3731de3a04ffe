// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.boot.json.JsonWriter;

import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Writes the graph as it is declared, without states: as lines for people, and as JSON.
 * Stateless.
 */
final class GraphText {

	private GraphText() {
	}

	static String lines(List<ServiceSnapshot> services) {
		return services.stream().map(GraphText::line).map((line) -> line + "\n").collect(Collectors.joining());
	}

	private static String line(ServiceSnapshot service) {
		String optional = service.service().required() ? "" : ", optional";
		String activation = (service.service().activation() != Activation.ENABLED)
				? ", " + service.service().activation() : "";
		String marks = (optional + activation).isEmpty() ? "" : " (" + (optional + activation).substring(2) + ")";
		return LineText.of(service.name()) + marks + names(service, Kind.REQUIRED, " depends on ")
				+ names(service, Kind.AFTER, " after ");
	}

	private static String names(ServiceSnapshot service, Kind kind, String introduction) {
		String names = service.service()
			.dependencies()
			.stream()
			.filter((dependency) -> dependency.kind() == kind)
			.map(ServiceDependency::name)
			.map(LineText::of)
			.collect(Collectors.joining(", "));
		return names.isEmpty() ? "" : introduction + names;
	}

	static String json(List<ServiceSnapshot> services) {
		return JsonWriter.standard().writeToString(Map.of("services", services.stream().map(GraphText::map).toList()))
				+ "\n";
	}

	private static Map<String, Object> map(ServiceSnapshot service) {
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("name", service.name());
		map.put("required", service.service().required());
		map.put("activation", service.service().activation().name());
		map.put("dependencies", service.service().dependencies().stream().map(GraphText::map).toList());
		return map;
	}

	private static Map<String, Object> map(ServiceDependency dependency) {
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("name", dependency.name());
		map.put("kind", dependency.kind().name());
		map.put("origin", dependency.origin());
		return map;
	}

}
