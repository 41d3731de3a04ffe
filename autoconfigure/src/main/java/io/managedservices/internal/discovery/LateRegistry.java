// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.List;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;

/**
 * A bean that takes in services that are declared once the others are known. Safe for use
 * by several threads.
 *
 * @since 0.1.0
 */
public interface LateRegistry {

	/**
	 * Takes services in, or logs why not. Does not wait until they run.
	 * @param declarations the services
	 * @param problems what is known to be wrong with them
	 */
	void join(List<Declaration> declarations, List<GraphProblem> problems);

	/**
	 * Whether there is a service of a name now.
	 * @param name the name
	 * @return whether there is
	 */
	boolean isService(String name);

}
