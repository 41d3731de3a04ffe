// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.List;

import io.managedservices.ServiceRegistration;

/**
 * Services that are to come to those that there are, before they are checked against
 * them. Immutable.
 *
 * @param definitions the services
 * @param problems what is known to be wrong with them
 * @since 0.1.0
 */
public record Candidates(List<ServiceDefinition> definitions, List<GraphProblem> problems) {

	/**
	 * Copies the lists.
	 */
	public Candidates {
		definitions = List.copyOf(definitions);
		problems = List.copyOf(problems);
	}

	/**
	 * Makes candidates of registrations. Called by any thread, outside the coordinator
	 * where nothing else is said.
	 */
	@FunctionalInterface
	public interface Reader {

		/**
		 * Reads registrations.
		 * @param registrations what somebody registers
		 * @param graph the services that there are
		 * @return the candidates, with what is wrong with them
		 */
		Candidates read(List<ServiceRegistration> registrations, ServiceGraph graph);

		/**
		 * A service was unregistered, and none of its name has come since. Called inside
		 * the coordinator: must not wait for anything.
		 * @param service the name of the service
		 */
		default void forgotten(String service) {
		}

	}

}
