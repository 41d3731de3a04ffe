// SPDX-License-Identifier: Apache-2.0
package io.managedservices.health;

import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors.Entry;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

import io.managedservices.ManagedServices;
import io.managedservices.ScriptedServices;
import io.managedservices.Shown;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link ManagedServicesHealthContributor}.
 */
class ManagedServicesHealthContributorTests {

	private final ScriptedServices services = new ScriptedServices();

	private final ManagedServicesHealthContributor contributor = new ManagedServicesHealthContributor(
			() -> this.services, () -> Shown.TEXTS);

	@Test
	void healthWhenRunningShowsStateOnly() {
		this.services.required("database").move("database", ServiceState.RUNNING);
		assertThat(health("database").getStatus()).isEqualTo(Status.UP);
		assertThat(health("database").getDetails()).containsOnlyKeys("state", "since")
			.containsEntry("state", "RUNNING");
	}

	@Test
	void servicesOfChildContextsAreBelowTheirIds() {
		this.services.required("database").move("database", ServiceState.RUNNING);
		this.services.child("application-1",
				new ScriptedServices().required("reader").move("reader", ServiceState.FAILED));
		assertThat(this.contributor.stream()).extracting(Entry::name).containsExactly("database", "application-1");
		CompositeHealthContributor child = (CompositeHealthContributor) this.contributor
			.getContributor("application-1");
		assertThat(child).isNotNull();
		assertThat(child.getContributor("reader")).isInstanceOfSatisfying(HealthIndicator.class,
				(reader) -> assertThat(reader.health().getStatus()).isEqualTo(Status.DOWN));
		assertThat(child.getContributor("application-1")).isNull();
		assertThat(this.contributor.getContributor("reader")).isNull();
	}

	@Test
	void healthWhenBackingOffShowsFailureAndNextAttempt() {
		Instant next = Instant.parse("2030-01-01T00:00:00Z");
		this.services.required("database")
			.move("database", ServiceState.BACKOFF, null, new IllegalStateException("refused"))
			.attempt("database", new Attempt(2, 6, next));
		assertThat(health("database").getDetails()).containsAllEntriesOf(Map.of("failure",
				"java.lang.IllegalStateException: refused", "attempt", "2 of 6", "nextAttempt", next));
	}

	@Test
	void healthWhenServiceHasReportedShowsIt() {
		Condition condition = new Condition("disk", Severity.ERROR, "Disk full", "add space", Instant.EPOCH);
		ReportedError error = new ReportedError(Instant.EPOCH, new IllegalStateException("item 7"));
		Reports reports = new Reports(List.of(condition), List.of(error), 3,
				List.of(new Component("pool", false, true, new IllegalStateException("exhausted")),
						new Component("replica", true, true, null), new Component("broken", true, false, null)));
		this.services.required("database")
			.move("database", ServiceState.RUNNING)
			.vitals("database", new Vitals(true, false, null, null))
			.reports("database", reports);
		assertThat(health("database").getStatus()).isEqualTo(Status.DOWN);
		assertThat(health("database").getDetails())
			.containsEntry("conditions",
					List.of(Map.of("id", "disk", "severity", "ERROR", "title", "Disk full", "message", "add space",
							"since", Instant.EPOCH)))
			.containsEntry("errors",
					List.of(Map.of("at", Instant.EPOCH, "error", "java.lang.IllegalStateException: item 7")))
			.containsEntry("droppedErrors", 3)
			.containsEntry("components",
					Map.of("pool",
							Map.of("status", "OUT_OF_SERVICE", "failure", "java.lang.IllegalStateException: exhausted"),
							"replica", Map.of("status", "UP"), "broken", Map.of("status", "DOWN")));
		assertThat(((HealthIndicator) this.contributor.getContributor("database")).health(false).getDetails())
			.isEmpty();
	}

	@Test
	void healthWhenStartingShowsWhatItIsDoing() {
		this.services.required("database")
			.move("database", ServiceState.STARTING)
			.vitals("database", new Vitals(false, true, "migrating 3 of 7", null));
		assertThat(health("database").getDetails()).containsEntry("status", "migrating 3 of 7");
	}

	@Test
	void healthWhenWaitingNamesBlockersDownToRootCause() {
		this.services.required("database").required("pollBook", "database").required("notifier", "pollBook");
		this.services.moveAll(ServiceState.WAITING)
			.move("database", ServiceState.BACKOFF, null, new IllegalStateException("refused"))
			.attempt("database", new Attempt(2, 6, Instant.EPOCH));
		assertThat(health("notifier").getDetails()).containsEntry("rootCauseAttempt", "2 of 6")
			.containsEntry("rootCauseNextAttempt", Instant.EPOCH)
			.doesNotContainKeys("attempt", "nextAttempt")
			.containsEntry("waitsFor", List.of("pollBook", "database"))
			.containsEntry("rootCause", "'database' is BACKOFF: java.lang.IllegalStateException: refused");
	}

	@Test
	void healthWhenChainIsLongNamesSomeAndRootCause() {
		this.services.required("0");
		for (int number = 1; number <= 1000; number++) {
			this.services.required("" + number, "" + (number - 1));
		}
		this.services.moveAll(ServiceState.WAITING).move("0", ServiceState.STARTING);
		assertThat((List<?>) health("1000").getDetails().get("waitsFor")).hasSize(20);
		assertThat(health("1000").getDetails()).containsEntry("rootCause", "'0' is STARTING");
	}

	@Test
	void healthWhenOperatorStoppedItSaysSo() {
		this.services.required("database")
			.required("pollBook", "database")
			.move("database", ServiceState.STOPPED, StopReason.OPERATOR, null)
			.attempt("database", new Attempt(2, 4, null))
			.attempt("pollBook", new Attempt(1, 4, null))
			.move("pollBook", ServiceState.WAITING, StopReason.DEPENDENCY, null);
		assertThat(health("database").getDetails()).containsEntry("stopReason", "OPERATOR")
			.doesNotContainKey("attempt");
		assertThat(health("pollBook").getDetails())
			.containsEntry("rootCause", "'database' is STOPPED: stopped by the operator")
			.doesNotContainKeys("attempt", "rootCauseAttempt");
	}

	@Test
	void healthWhenFailureHidesItsCauseNamesBoth() {
		this.services.required("database")
			.move("database", ServiceState.BACKOFF, null,
					new IllegalStateException("no connection", new ConnectException("refused")));
		assertThat(health("database").getDetails()).containsEntry("failure",
				"java.lang.IllegalStateException: no connection, caused by java.net.ConnectException: refused");
	}

	@Test
	void streamWalksChainOfBlockersOnceForAll() {
		this.services.required("0");
		for (int number = 1; number <= 100; number++) {
			this.services.required("" + number, "" + (number - 1));
		}
		this.services.moveAll(ServiceState.WAITING).move("0", ServiceState.STARTING);
		ManagedServices counted = spy(this.services);
		List<Health> all = new ManagedServicesHealthContributor(() -> counted, () -> Shown.TEXTS).stream()
			.map((entry) -> ((HealthIndicator) entry.contributor()).health())
			.toList();
		assertThat(all.get(100)).isEqualTo(health("100"));
		verify(counted, times(1)).blockers(anyInt());
		verify(counted, times(1)).blockers("100");
	}

	@Test
	void healthWithoutDetailsHasNone() {
		this.services.required("database").move("database", ServiceState.FAILED);
		HealthIndicator indicator = (HealthIndicator) this.contributor.getContributor("database");
		assertThat(indicator.health(false).getDetails()).isEmpty();
		assertThat(indicator.health(false).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void streamWhenServicesAreAddedLaterShowsThem() {
		assertThat(this.contributor.stream()).isEmpty();
		this.services.required("database").required("pollBook");
		assertThat(this.contributor.stream()).extracting(Entry::name).containsExactly("database", "pollBook");
	}

	@Test
	void getContributorWhenUnknownIsNull() {
		this.services.required("database");
		assertThat(this.contributor.getContributor("databas")).isNull();
		assertThat(this.contributor.getContributor("")).isNull();
	}

	@Test
	void getContributorWhenNameHasSlashesIsFoundByParts() {
		this.services.required("feeds/eu/west")
			.required("feeds/us")
			.required("a b\"[]\n")
			.moveAll(ServiceState.RUNNING);
		assertThat(this.contributor.stream()).extracting(Entry::name)
			.containsExactly("feeds/eu/west", "feeds/us", "a b\"[]\n");
		CompositeHealthContributor feeds = (CompositeHealthContributor) this.contributor.getContributor("feeds");
		assertThat(feeds.stream()).extracting(Entry::name).containsExactly("eu/west", "us");
		CompositeHealthContributor eu = (CompositeHealthContributor) feeds.getContributor("eu");
		assertThat(((HealthIndicator) eu.getContributor("west")).health().getStatus()).isEqualTo(Status.UP);
		assertThat(feeds.getContributor("u")).isNull();
		assertThat(this.contributor.getContributor("feeds/eu/west")).isNotNull();
	}

	private Health health(String name) {
		return ((HealthIndicator) this.contributor.getContributor(name)).health();
	}

}
