// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.assertj.core.api.AbstractAssert;

import io.managedservices.monitor.HealthSummary;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.ServiceException;

/**
 * Assertions on all services. Each assertion looks at the services as they are when it is
 * called, and waits for nothing. To be used by one thread.
 *
 * @since 0.1.0
 * @see ServiceAssertions#assertThat(ServiceMonitor)
 */
public final class ServicesAssert extends AbstractAssert<ServicesAssert, ServiceMonitor> {

	ServicesAssert(ServiceMonitor services) {
		super(services, ServicesAssert.class);
	}

	/**
	 * Verifies that every required service that is to run is ready.
	 * @return this
	 */
	public ServicesAssert isReady() {
		isNotNull();
		if (!this.actual.isReady()) {
			fail("Expected all required services to be ready, but %s", this.actual.readiness());
		}
		return this;
	}

	/**
	 * Verifies that a required service that is to run is not ready.
	 * @return this
	 */
	public ServicesAssert isNotReady() {
		isNotNull();
		if (this.actual.isReady()) {
			throwAssertionError(
					message("Expected a required service not to be ready, but all are:", this.actual.snapshots()));
		}
		return this;
	}

	/**
	 * Verifies that no required service has failed, fails its health check, or has
	 * reported an error or a condition that is one.
	 * @return this
	 */
	public ServicesAssert isHealthy() {
		isNotNull();
		if (!this.actual.isHealthy()) {
			fail("Expected all required services to be healthy, but %s", this.actual.health());
		}
		return this;
	}

	/**
	 * Verifies that there are services of these names, and perhaps others.
	 * @param names their names
	 * @return this
	 */
	public ServicesAssert hasServices(String... names) {
		isNotNull();
		List.of(names).forEach(this::snapshot);
		return this;
	}

	/**
	 * Begins assertions on one service, as it is now. Fails if there is none of that
	 * name.
	 * @param name its name
	 * @return the assertions on it
	 */
	public ServiceAssert service(String name) {
		isNotNull();
		return new ServiceAssert(snapshot(name), this);
	}

	ServiceSnapshot snapshot(String name) {
		try {
			return this.actual.snapshot(name);
		}
		catch (ServiceException ex) {
			throw assertionError(new FailureMessage(String.valueOf(ex.getMessage())));
		}
	}

	List<ServiceSnapshot> blockers(String name) {
		return this.actual.blockers(name);
	}

	FailureMessage message(String expectation, Collection<ServiceSnapshot> shown) {
		return new FailureMessage(expectation, this.actual, shown);
	}

	private void fail(String expectation, HealthSummary summary) {
		Set<String> failing = summary.failures().keySet();
		List<ServiceSnapshot> shown = this.actual.snapshots()
			.stream()
			.filter((service) -> failing.contains(service.name()))
			.toList();
		String found = (summary.failing() == 1) ? "1 is not" : summary.failing() + " are not";
		String first = (summary.failing() > shown.size()) ? ", the first of them:" : ":";
		throwAssertionError(message(expectation.formatted(found + first), shown));
	}

}
