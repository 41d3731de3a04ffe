// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.List;
import java.util.function.Function;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.line.LineText;

/**
 * Reports all that is wrong with the declared services, and what to do about each.
 * Stateless.
 */
final class InvalidServiceGraphFailureAnalyzer extends AbstractFailureAnalyzer<InvalidServiceGraphException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidServiceGraphException cause) {
		List<GraphProblem> problems = cause.getProblems();
		if (problems.size() == 1) {
			return new FailureAnalysis(LineText.lines(problems.get(0).description()),
					LineText.lines(problems.get(0).action()), cause);
		}
		String heading = "The services of the application have %d problems:\n\n".formatted(problems.size());
		return new FailureAnalysis(heading + list(problems, GraphProblem::description),
				"Each by its number:\n\n" + list(problems, GraphProblem::action), cause);
	}

	private static String list(List<GraphProblem> problems, Function<GraphProblem, String> property) {
		StringBuilder text = new StringBuilder();
		int width = String.valueOf(problems.size()).length();
		for (int index = 0; index < problems.size(); index++) {
			String number = " ".repeat(width - String.valueOf(index + 1).length()) + (index + 1) + ". ";
			String indent = "\n" + " ".repeat(number.length());
			text.append(number)
				.append(LineText.lines(property.apply(problems.get(index))).replace("\n", indent))
				.append('\n');
		}
		return text.toString().stripTrailing();
	}

}
