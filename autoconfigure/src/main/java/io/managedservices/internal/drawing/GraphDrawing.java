// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.drawing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.managedservices.internal.line.LineText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceDependency;

/**
 * Walks over nodes and edges for a drawing. Nodes are numbered, so that no name has to be
 * an identifier; an edge to a service that is absent is left out. Used by one thread.
 */
abstract class GraphDrawing {

	/** How many services side by side make a drawing wide: it is turned, then. */
	private static final int WIDE = 8;

	private final StringBuilder text = new StringBuilder();

	private int edges;

	/**
	 * Draws all.
	 * @param services the services, dependencies before their dependents
	 * @return the drawing
	 */
	final String draw(List<ServiceSnapshot> services) {
		Map<String, String> nodes = new HashMap<>();
		begin(isWide(services));
		for (ServiceSnapshot service : services) {
			String node = "n" + nodes.size();
			nodes.put(service.name(), node);
			node(node, service);
			for (ServiceDependency dependency : service.service().dependencies()) {
				String target = nodes.get(dependency.name());
				if (target != null) {
					edge(node, target, dependency.kind());
					this.edges++;
				}
			}
		}
		end();
		return this.text.toString();
	}

	// Each service is one level above the highest of what it depends on.
	private static boolean isWide(List<ServiceSnapshot> services) {
		Map<String, Integer> levels = new HashMap<>();
		Map<Integer, Integer> sizes = new HashMap<>();
		int widest = 0;
		for (ServiceSnapshot service : services) {
			int level = 0;
			for (ServiceDependency dependency : service.service().dependencies()) {
				level = Math.max(level, levels.getOrDefault(dependency.name(), -1) + 1);
			}
			levels.put(service.name(), level);
			widest = Math.max(widest, sizes.merge(level, 1, Integer::sum));
		}
		return widest > WIDE;
	}

	/**
	 * Makes a name fit for a label.
	 * @param name the name
	 * @return the same with {@code \n} at the ends of its lines, and without any other
	 * sign that is none
	 */
	static String label(String name) {
		return LineText.lines(name.replaceAll("\\R", "\n").replaceAll("[\\p{Cntrl}&&[^\n]]", " "));
	}

	final void line(String line) {
		this.text.append(line).append('\n');
	}

	final int edges() {
		return this.edges;
	}

	final int length() {
		return this.text.length();
	}

	abstract void begin(boolean wide);

	abstract void node(String node, ServiceSnapshot service);

	abstract void edge(String from, String to, ServiceDependency.Kind kind);

	abstract void end();

}
