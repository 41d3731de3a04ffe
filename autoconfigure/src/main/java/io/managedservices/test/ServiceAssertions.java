// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import io.managedservices.monitor.ServiceMonitor;

/**
 * AssertJ assertions on services. Needs {@code assertj-core}, which
 * {@code spring-boot-starter-test} brings. Stateless. <pre class="code">
 * import static io.managedservices.test.ServiceAssertions.assertThat;
 *
 * assertThat(services).isReady().service("pollBook").isRunning().startedAfter("database");
 * </pre>
 *
 * @since 0.1.0
 */
public final class ServiceAssertions {

	private ServiceAssertions() {
	}

	/**
	 * Begins assertions on services. The method can be imported beside that of AssertJ.
	 * @param services the services, as {@code ManagedServices} or as its part
	 * @return the assertions
	 */
	public static ServicesAssert assertThat(ServiceMonitor services) {
		return new ServicesAssert(services);
	}

}
