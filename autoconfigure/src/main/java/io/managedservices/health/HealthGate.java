// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors.Entry;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;

/**
 * A service that runs while a health contributor is up, and so makes what Boot knows of a
 * database or a broker a dependency of other services. The contributor is looked up each
 * time that it is asked; one with children is as its children together. To be used as an
 * engine uses a service: one method at a time.
 *
 * @since 0.1.0
 */
public final class HealthGate implements ServiceLifecycle {

	/** Of what a contributor tells, so that a failure stays readable. */
	private static final int MAX_TEXT = 500;

	private final String contributor;

	private final HealthContributorLookup lookup;

	private final StatusAggregator aggregator;

	private final HealthQuery query;

	/** What the last check found, for {@link #checkHealth()}. */
	private volatile @Nullable Exception failure;

	/**
	 * Create a gate.
	 * @param contributor the path of the contributor
	 * @param lookup where it is found
	 * @param aggregator makes one status of those of children
	 * @param limits how it is asked
	 */
	public HealthGate(String contributor, HealthContributorLookup lookup, StatusAggregator aggregator, Limits limits) {
		this.contributor = contributor;
		this.lookup = lookup;
		this.aggregator = aggregator;
		this.query = new HealthQuery("Health contributor '" + contributor + "'", limits);
	}

	@Override
	public void start(ServiceContext context) throws Exception {
		context.status("asking health contributor '" + this.contributor + "'");
		requireUp();
	}

	/**
	 * Asks the contributor: the service is not ready from the first answer on that is not
	 * UP, though it may take more of them until it fails.
	 */
	@Override
	public void checkReady() throws Exception {
		this.failure = null;
		try {
			requireUp();
		}
		catch (Exception ex) {
			this.failure = ex;
			throw ex;
		}
	}

	/**
	 * Tells again what {@link #checkReady()} found, which has just been called.
	 */
	@Override
	public void checkHealth() throws Exception {
		Exception found = this.failure;
		if (found != null) {
			throw found;
		}
	}

	private void requireUp() throws Exception {
		String problem = this.query.ask(this::problem);
		if (!problem.isEmpty()) {
			throw new IllegalStateException(problem);
		}
	}

	private String problem() {
		HealthContributor found = this.lookup.find(this.contributor);
		if (found == null) {
			return "Health contributor '%s' is not registered any more: expected UP.".formatted(this.contributor);
		}
		List<String> reasons = new ArrayList<>();
		Status status = status(found, this.contributor, reasons);
		if (Status.UP.equals(status)) {
			return "";
		}
		String because = reasons.isEmpty() ? "" : ": " + String.join(", ", reasons);
		return shorten("Health contributor '%s' is %s%s".formatted(this.contributor, status, because));
	}

	private Status status(HealthContributor asked, String path, List<String> reasons) {
		if (asked instanceof CompositeHealthContributor composite) {
			Set<Status> statuses = new LinkedHashSet<>();
			for (Entry entry : (Iterable<Entry>) composite.stream()::iterator) {
				statuses.add(status(entry.contributor(), path + "/" + entry.name(), reasons));
			}
			return this.aggregator.getAggregateStatus(statuses);
		}
		HealthIndicator indicator = (HealthIndicator) asked;
		Health health = indicator.health();
		Status status = (health != null) ? health.getStatus() : Status.UNKNOWN;
		if (!Status.UP.equals(status)) {
			String details = HealthDetails.of(indicator, health);
			reasons.add(path.equals(this.contributor) ? details : "'%s' is %s: %s".formatted(path, status, details));
		}
		return status;
	}

	private static String shorten(String text) {
		return (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : text;
	}

	/**
	 * How a contributor is asked. Immutable.
	 *
	 * @param thread the name of the threads that do
	 * @param timeout how long it may take to answer, above 0
	 * @param property what sets the timeout
	 */
	public record Limits(String thread, Duration timeout, String property) {

	}

}
