// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The declared services cannot be started: all that is wrong with them.
 *
 * @since 0.1.0
 */
public class InvalidServiceGraphException extends RuntimeException {

	private final transient List<GraphProblem> problems;

	/**
	 * Create an exception.
	 * @param problems all that is wrong, at least one
	 */
	public InvalidServiceGraphException(List<GraphProblem> problems) {
		super(problems.stream().map(GraphProblem::description).collect(Collectors.joining("\n")));
		this.problems = List.copyOf(problems);
	}

	/**
	 * All that is wrong.
	 * @return the problems
	 */
	public List<GraphProblem> getProblems() {
		return this.problems;
	}

}
