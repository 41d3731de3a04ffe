// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.managedservices.ManagedServices;
import io.managedservices.ScriptedServices;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;

import static io.managedservices.test.ServiceAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link ServiceAssertions}.
 */
class ServiceAssertionsTests {

	private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

	private final ScriptedServices services = new ScriptedServices().required("connection")
		.required("database", "connection")
		.required("pollBook", "database")
		.optional("mailer");

	@Test
	void assertionsWhenAllIsWellPass() {
		this.services.moveAll(ServiceState.RUNNING);
		assertThat(this.services).isReady()
			.isHealthy()
			.hasServices("database", "mailer")
			.service("pollBook")
			.isRunning()
			.isIn(ServiceState.RUNNING)
			.isReady()
			.isHealthy()
			.dependsOn("database")
			.hasNoConditions()
			.and()
			.service("database")
			.dependsOn("connection");
	}

	@Test
	void assertThatWhenBothAreImportedTakesFacade() {
		ManagedServices facade = this.services.moveAll(ServiceState.RUNNING);
		assertThat(facade).isReady();
		assertThat(facade.snapshots()).hasSize(4);
	}

	@Test
	void isReadyWhenDependencyFailsDrawsWhatIsNotUpAndWhy() {
		broken();
		assertFailure(() -> assertThat(this.services).isReady(), """

				Expected all required services to be ready, but 3 are not:
				  connection  BACKOFF  after attempt 2 of 4: java.io.IOException: refused
				  database    WAITING  for connection
				  pollBook    WAITING  for database → connection""");
	}

	@Test
	void isReadyWhenDescribedBeginsWithDescription() {
		broken();
		assertFailure(() -> assertThat(this.services).as("after %d%%", 100).service("database").isRunning(), """
				[after 100%]\s
				Expected service 'database' to be RUNNING, but it is WAITING:
				  connection  BACKOFF  after attempt 2 of 4: java.io.IOException: refused
				  database    WAITING  for connection""");
	}

	@Test
	void isReadyWhenWayIsLongNamesItsEnds() {
		ScriptedServices chain = new ScriptedServices().required("0");
		for (int number = 1; number < 30; number++) {
			chain.required("" + number, "" + (number - 1));
		}
		chain.moveAll(ServiceState.WAITING).move("0", ServiceState.STARTING).attempt("0", new Attempt(1, 4, null));
		assertFailure(() -> assertThat(chain).service("29").isReady(), """

				Expected service '29' to be ready, but it is not:
				  0   STARTING  attempt 1 of 4
				  29  WAITING   for 28 → 27 → … → 1 → 0""");
		assertThatCode(() -> assertThat(chain).isReady()).isInstanceOf(AssertionError.class)
			.hasMessageStartingWith(
					"\nExpected all required services to be ready, but 30 are not, the first of them:\n")
			.hasMessageEndingWith("\n  19  WAITING   for 18 → 17 → … → 1 → 0");
	}

	@Test
	void isNotReadyWhenAllAreShowsAll() {
		this.services.moveAll(ServiceState.RUNNING)
			.vitals("mailer", new Vitals(false, true, "warming up", null))
			.vitals("pollBook", new Vitals(true, true, "100%name", null));
		assertFailure(() -> assertThat(this.services).isNotReady(), """

				Expected a required service not to be ready, but all are:
				  connection  RUNNING  ready
				  database    RUNNING  ready
				  pollBook    RUNNING  ready: 100%name
				  mailer      RUNNING  not ready: warming up""");
		broken();
		assertThat(this.services).isNotReady();
	}

	@Test
	void isHealthyWhenServiceFailedOrItsCheckFailsShowsThose() {
		this.services.moveAll(ServiceState.RUNNING)
			.move("connection", ServiceState.FAILED, StopReason.FAILURE, new IOException("closed"))
			.vitals("pollBook", new Vitals(true, false, null, new IOException("stale")));
		assertFailure(() -> assertThat(this.services).isHealthy(), """

				Expected all required services to be healthy, but 2 are not:
				  connection  FAILED   java.io.IOException: closed
				  pollBook    RUNNING  not healthy: java.io.IOException: stale""");
		assertFailure(() -> assertThat(this.services).service("pollBook").isHealthy(), """

				Expected service 'pollBook' to be healthy, but it is not:
				  pollBook  RUNNING  not healthy: java.io.IOException: stale""");
	}

	@Test
	void serviceWhenUnknownFailsWithMessageOfLookup() {
		assertFailure(() -> assertThat(this.services).service("databse"), "\nThere is no service 'databse'.");
		assertFailure(() -> assertThat(this.services).hasServices("mailer", "x"), "\nThere is no service 'x'.");
		assertFailure(() -> assertThat(this.services).service("mailer").isBlockedBy("x"), "\nThere is no service 'x'.");
	}

	@Test
	void dependsOnWhenItDoesNotSaysWhatItDoes() {
		this.services.add(new ServiceDescriptor("report", true, Activation.ENABLED,
				List.of(new ServiceDependency("database", Kind.REQUIRED, "injection"),
						new ServiceDependency("mailer", Kind.AFTER, "after"))));
		assertThat(this.services).service("report").dependsOn("database");
		assertFailure(() -> assertThat(this.services).service("report").dependsOn("database", "mailer"),
				"\nExpected service 'report' to depend on 'mailer', but it depends on 'database', 'mailer' (after).");
		assertFailure(() -> assertThat(this.services).service("mailer").dependsOn("database"),
				"\nExpected service 'mailer' to depend on 'database', but it depends on nothing.");
	}

	@Test
	void startedAfterWhenStartsOverlapSaysWhen() {
		this.services.moveAll(ServiceState.RUNNING)
			.timings("connection", new Timings(BEGIN, Duration.ofSeconds(1), null))
			.timings("database", new Timings(BEGIN.plusSeconds(1), Duration.ofSeconds(2), null))
			.timings("pollBook", new Timings(BEGIN.plusSeconds(2), null, null));
		assertThat(this.services).service("database").startedAfter("connection");
		assertFailure(() -> assertThat(this.services).service("pollBook").startedAfter("database"),
				"""

						Expected service 'pollBook' to have started after 'database', but its start began at 2030-01-01T00:00:02Z, and 'database' was running from 2030-01-01T00:00:03Z on:
						  database  RUNNING  ready
						  pollBook  RUNNING  ready""");
		assertFailure(() -> assertThat(this.services).service("database").startedAfter("pollBook"), """

				Expected service 'database' to have started after 'pollBook', but 'pollBook' has not started:
				  pollBook  RUNNING  ready
				  database  RUNNING  ready""");
		assertFailure(() -> assertThat(this.services).service("mailer").startedAfter("database"), """

				Expected service 'mailer' to have started after 'database', but it has not been started:
				  database  RUNNING  ready
				  mailer    RUNNING  ready""");
	}

	@Test
	void isBlockedByPassesForAllOnTheWay() {
		broken();
		assertThat(this.services).service("pollBook").isBlockedBy("database").isBlockedBy("connection");
		assertFailure(() -> assertThat(this.services).service("pollBook").isBlockedBy("mailer"), """

				Expected service 'pollBook' to be blocked by 'mailer', but it is blocked by 'database', 'connection':
				  connection  BACKOFF  after attempt 2 of 4: java.io.IOException: refused
				  pollBook    WAITING  for database → connection""");
		assertFailure(() -> assertThat(this.services).service("mailer").isBlockedBy("database"), """

				Expected service 'mailer' to be blocked by 'database', but nothing blocks it:
				  mailer  RUNNING  ready""");
	}

	@Test
	void failedWithLooksAtCauses() {
		IOException failure = new IOException("broken", new IllegalStateException("no route to host"));
		this.services.move("connection", ServiceState.BACKOFF, StopReason.START_FAILED, failure);
		assertThat(this.services).service("connection")
			.failedWith(IOException.class)
			.failedWith(IllegalStateException.class, "no route");
		assertFailure(() -> assertThat(this.services).service("connection").failedWith(IOException.class, "no route"),
				"\nExpected service 'connection' to have failed with java.io.IOException and a message with 'no route', "
						+ "but its failure is java.io.IOException: broken, caused by java.lang.IllegalStateException: no route to host");
		assertFailure(() -> assertThat(this.services).service("mailer").failedWith(IOException.class),
				"\nExpected service 'mailer' to have failed with java.io.IOException, but it has no failure.");
	}

	@Test
	void hasConditionWhenThereAreOthersShowsThose() {
		this.services.reports("mailer", new Reports(
				List.of(new Condition("disk", Severity.WARNING, "Disk", "90% full", BEGIN)), List.of(), 0, List.of()));
		assertThat(this.services).service("mailer").hasCondition("disk");
		assertFailure(() -> assertThat(this.services).service("mailer").hasCondition("memory"), """

				Expected service 'mailer' to have the condition 'memory', but it has
				  WARNING 'disk': Disk: 90% full""");
		assertFailure(() -> assertThat(this.services).service("mailer").hasNoConditions(), """

				Expected service 'mailer' to have no conditions, but it has
				  WARNING 'disk': Disk: 90% full""");
		assertFailure(() -> assertThat(this.services).service("database").hasCondition("disk"),
				"\nExpected service 'database' to have the condition 'disk', but it has none.");
	}

	private void broken() {
		this.services.moveAll(ServiceState.WAITING)
			.move("mailer", ServiceState.RUNNING)
			.move("connection", ServiceState.BACKOFF, StopReason.START_FAILED, new IOException("refused"))
			.attempt("connection", new Attempt(2, 4, BEGIN))
			.vitals("connection", new Vitals(false, true, null, new IOException("refused")));
	}

	private static void assertFailure(ThrowingCallable assertion, String message) {
		assertThatCode(assertion).isInstanceOf(AssertionError.class).hasMessage(message);
	}

}
