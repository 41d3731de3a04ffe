// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query of the documentation of the metrics, with what it says about it. Immutable.
 *
 * @param expression the query, in PromQL
 * @param text what it is for
 * @param alert whether it is an alert: it has a result only while something is wrong
 */
record DocumentedQuery(String expression, String text, boolean alert) {

	private static final Path PAGE = Path.of("..", "docs", "metrics.md");

	private static final Pattern LINE = Pattern.compile("(\\S.*\\S)\\s+# (alert: )?(.+)");

	private static final Pattern METRIC = Pattern.compile("managed_services_\\w+");

	/**
	 * All queries of the page.
	 * @return the queries, in order
	 * @throws IOException if the page cannot be read
	 */
	static List<DocumentedQuery> all() throws IOException {
		String page = Files.readString(PAGE);
		int begin = page.indexOf("```\nsum(") + 4;
		return page.substring(begin, page.indexOf("```", begin)).lines().map(DocumentedQuery::of).toList();
	}

	private static DocumentedQuery of(String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			throw new IllegalStateException("A query with a comment was expected: " + line);
		}
		return new DocumentedQuery(matcher.group(1), matcher.group(3), matcher.group(2) != null);
	}

	List<String> metrics() {
		return METRIC.matcher(this.expression).results().map(MatchResult::group).toList();
	}

	/**
	 * The query as an alert of Prometheus.
	 * @param number tells it apart
	 * @return lines of a file of rules
	 */
	String rule(int number) {
		return "  - alert: alert%d\n    expr: '%s'\n".formatted(number, this.expression.replace("'", "''"));
	}

	@Override
	public String toString() {
		return this.expression;
	}

}
