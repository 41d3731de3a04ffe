// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.List;
import java.util.Locale;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Draws services as a flowchart of Mermaid. Used by one thread.
 */
final class MermaidDrawing extends GraphDrawing {

	private MermaidDrawing() {
	}

	static String of(List<ServiceSnapshot> services) {
		return new MermaidDrawing().draw(services);
	}

	@Override
	void begin() {
		line("flowchart TD");
	}

	@Override
	void node(String node, ServiceSnapshot service) {
		line("    " + node + "[\"" + escape(service.name()) + "<br/>" + service.state() + "\"]:::"
				+ styleClass(service.state()));
	}

	@Override
	void edge(String from, String to, ServiceDependency.Kind kind) {
		line("    " + from + ((kind == ServiceDependency.Kind.REQUIRED) ? " --> " : " -.-> ") + to);
	}

	@Override
	void end() {
		for (ServiceState state : ServiceState.values()) {
			line("    classDef " + styleClass(state) + " fill:" + StateColor.of(state) + ",stroke:#546e7a,color:#000");
		}
	}

	private String styleClass(ServiceState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Replaces all that Mermaid or HTML might take for its own by Mermaid's entity codes.
	 * @param name a name
	 * @return the name as the text of a label
	 */
	private String escape(String name) {
		StringBuilder escaped = new StringBuilder();
		label(name).codePoints().forEach((character) -> {
			if (character == '\n') {
				escaped.append("<br/>");
			}
			else if (character > 127 || Character.isLetterOrDigit(character) || " ._-".indexOf(character) >= 0) {
				escaped.appendCodePoint(character);
			}
			else {
				escaped.append('#').append(character).append(';');
			}
		});
		return escaped.toString();
	}

}
