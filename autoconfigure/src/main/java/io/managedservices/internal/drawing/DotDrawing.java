// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

/**
 * Draws services as a digraph of Graphviz. Used by one thread.
 */
final class DotDrawing extends GraphDrawing {

	private final Set<ServiceState> states = EnumSet.noneOf(ServiceState.class);

	private DotDrawing() {
	}

	static String of(List<ServiceSnapshot> services) {
		return new DotDrawing().draw(services);
	}

	@Override
	void begin(boolean wide) {
		line("digraph \"managed-services\" {");
		if (wide) {
			line("    rankdir=LR;");
		}
		line("    node [shape=box, style=\"rounded,filled\", color=\"#546e7a\"];");
	}

	@Override
	void node(String node, ServiceSnapshot service) {
		this.states.add(service.state());
		String style = service.service().required() ? "" : ", style=\"rounded,filled,dashed\"";
		line("    " + node + " [label=\"" + escape(service.name()) + "\\n" + service.state() + "\", fillcolor=\""
				+ StateColor.of(service.state()) + "\"" + style + "];");
	}

	@Override
	void edge(String from, String to, ServiceDependency.Kind kind) {
		line("    " + from + " -> " + to + ((kind == ServiceDependency.Kind.REQUIRED) ? ";" : " [style=dashed];"));
	}

	@Override
	void end() {
		legend();
		line("}");
	}

	private void legend() {
		line("    subgraph cluster_legend {");
		line("        label=\"Legend\"; color=\"#b0bec5\"; fontsize=10;");
		line("        node [fontsize=10]; edge [fontsize=10];");
		for (ServiceState state : this.states) {
			line("        legend_" + state + " [label=\"" + state + "\", fillcolor=\"" + StateColor.of(state) + "\"];");
		}
		line("        legend_optional [label=\"optional\", fillcolor=\"#ffffff\", style=\"rounded,filled,dashed\"];");
		line("        legend_service [label=\"service\", fillcolor=\"#ffffff\"];");
		line("        legend_dependency [label=\"dependency\", fillcolor=\"#ffffff\"];");
		line("        legend_service -> legend_dependency [label=\"depends on\"];");
		line("        legend_optional -> legend_dependency [label=\"after\", style=dashed];");
		line("    }");
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
