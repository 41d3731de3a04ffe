// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Draws services as a flowchart of Mermaid. Used by one thread.
 */
final class MermaidDrawing extends GraphDrawing {

	/** More than either is refused, unless whoever draws it raises the limit. */
	private static final int MAX_EDGES = 500;

	private static final int MAX_LENGTH = 50_000;

	private final List<String> optional = new ArrayList<>();

	private MermaidDrawing() {
	}

	static String of(List<ServiceSnapshot> services) {
		return new MermaidDrawing().draw(services);
	}

	@Override
	void begin(boolean wide) {
		line(wide ? "flowchart LR" : "flowchart TD");
	}

	@Override
	void node(String node, ServiceSnapshot service) {
		line("    " + node + "[\"" + escape(service.name()) + "<br/>" + service.state() + "\"]:::"
				+ styleClass(service.state()));
		if (!service.service().required()) {
			this.optional.add(node);
		}
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
		if (!this.optional.isEmpty()) {
			line("    classDef optional stroke-dasharray:5 3");
			line("    class " + String.join(",", this.optional) + " optional");
		}
		if (edges() > MAX_EDGES || length() > MAX_LENGTH) {
			line("    %% Mermaid refuses more than " + MAX_EDGES + " edges or " + MAX_LENGTH + " characters: here are "
					+ edges() + " edges. Set its maxEdges and maxTextSize, or ask for less with filter.");
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
