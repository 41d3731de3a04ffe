// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.List;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;

/**
 * Draws services as a digraph of Graphviz. Used by one thread.
 */
final class DotDrawing extends GraphDrawing {

	private DotDrawing() {
	}

	static String of(List<ServiceSnapshot> services) {
		return new DotDrawing().draw(services);
	}

	@Override
	void begin() {
		line("digraph \"managed-services\" {");
		line("    node [shape=box, style=\"rounded,filled\", color=\"#546e7a\"];");
	}

	@Override
	void node(String node, ServiceSnapshot service) {
		line("    " + node + " [label=\"" + escape(service.name()) + "\\n" + service.state() + "\", fillcolor=\""
				+ StateColor.of(service.state()) + "\"];");
	}

	@Override
	void edge(String from, String to, ServiceDependency.Kind kind) {
		line("    " + from + " -> " + to + ((kind == ServiceDependency.Kind.REQUIRED) ? ";" : " [style=dashed];"));
	}

	@Override
	void end() {
		line("}");
	}

	/**
	 * In a quoted string only the quote ends it, and a backslash begins an escape of the
	 * label. Graphviz reads HTML entities in labels, too.
	 * @param name a name
	 * @return the name as the text of a label
	 */
	private String escape(String name) {
		return label(name).replace("\\", "\\\\").replace("\"", "\\\"").replace("&", "&amp;").replace("\n", "\\n");
	}

}
