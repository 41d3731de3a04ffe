// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.List;

import io.managedservices.monitor.ServiceSnapshot;

/**
 * How the graph can be printed instead of starting anything.
 *
 * @since 0.1.0
 */
public enum PrintFormat {

	/**
	 * A line for each service, for people.
	 */
	TEXT,

	/**
	 * A flowchart of Mermaid.
	 */
	MERMAID,

	/**
	 * A digraph of Graphviz.
	 */
	DOT,

	/**
	 * An array of services.
	 */
	JSON;

	/**
	 * Writes the graph.
	 * @param services the services, dependencies before their dependents
	 * @return the text, which ends with a line end
	 */
	public String print(List<ServiceSnapshot> services) {
		return switch (this) {
			case TEXT -> GraphText.lines(services);
			case MERMAID -> MermaidDrawing.of(services);
			case DOT -> DotDrawing.of(services);
			case JSON -> GraphText.json(services);
		};
	}

}
