// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.managedservices.benchmarks.SideBySide.GraphCase;

/**
 * Results as a table in Markdown: a row for each graph, and for each contender the
 * microseconds per service and how many times the floor that is. Used by one thread.
 */
final class ResultTable {

	private final List<Contender> contenders;

	private final Map<GraphCase, Map<Contender, Double>> rows = new LinkedHashMap<>();

	ResultTable(List<Contender> contenders) {
		this.contenders = contenders;
	}

	void add(GraphCase graph, Contender contender, double microseconds) {
		this.rows.computeIfAbsent(graph, (key) -> new EnumMap<>(Contender.class)).put(contender, microseconds);
	}

	@Override
	public String toString() {
		StringBuilder table = new StringBuilder("| shape | size |");
		this.contenders.forEach((contender) -> table.append(" ").append(contender).append(" |"));
		table.append("\n|---|--:|").append("--:|".repeat(this.contenders.size())).append("\n");
		this.rows.forEach((graph, row) -> {
			table.append("| ").append(graph.shape()).append(" | ").append(graph.size()).append(" |");
			this.contenders.forEach((contender) -> table.append(cell(row, contender)));
			table.append("\n");
		});
		return table.toString();
	}

	private static String cell(Map<Contender, Double> row, Contender contender) {
		Double time = row.get(contender);
		Double floor = row.get(Contender.BARE);
		if (time == null) {
			return " – |";
		}
		if (floor == null || contender == Contender.BARE) {
			return String.format(Locale.ROOT, " %.2f |", time);
		}
		return String.format(Locale.ROOT, " %.2f (%.1f×) |", time, time / floor);
	}

}
