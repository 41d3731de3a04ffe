// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.lifecycle;

import java.util.List;

import io.managedservices.internal.drawing.PrintFormat;
import io.managedservices.monitor.ServiceSnapshot;

/**
 * Prints the graph of the services instead of starting anything. Stateless.
 */
final class GraphPrint {

	private GraphPrint() {
	}

	/**
	 * Prints the graph to the standard output, and ends the start of the application:
	 * nothing is to be started afterwards, by nobody.
	 * @param services the services, dependencies before their dependents
	 * @param format the format
	 * @throws ServicesExitException always
	 */
	static void print(List<ServiceSnapshot> services, PrintFormat format) {
		System.out.print(format.print(services));
		System.out.flush();
		throw new ServicesExitException(
				"The graph of the services was printed, as managed-services.print says, and nothing is started.", 0);
	}

}
