// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ManagedServices;
import io.managedservices.UnspeakableException;
import io.managedservices.internal.drawing.CriticalPath;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Stage;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.ServiceSnapshot.Vitals;
import io.managedservices.monitor.ShutdownShare;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LifecycleLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleLogTests {

	private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

	private static final Pattern LINE = Pattern.compile(
			"(?m)^\\S+ .*?(DEBUG|INFO|WARN|ERROR) .*managedservices\\.lifecycle +(?:-(?:managedservice\\.\\S+?=\"[^\"]*\" ?)*-|:) (.*)$");

	private final ManagedServices services = mock(ManagedServices.class);

	private final AtomicLong time = new AtomicLong();

	private final LifecycleLog log = new LifecycleLog(this.services, this.time::get);

	@Test
	void logsOneLineForEachStepAndSummaries(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		ServiceSnapshot pollBook = service("pollBook", true, "database");
		ServiceSnapshot statistics = service("statistics", false, "database");
		given(this.services.snapshots()).willReturn(List.of(database, pollBook, statistics));
		this.log.onEvent(new LifecycleEvent.Starting(3));
		move(database, ServiceState.STARTING, 0);
		tell(ServiceState.STOPPING, with(database, ServiceState.BACKOFF, 1010,
				new Attempt(1, 4, BEGIN.plusMillis(2010)),
				new Vitals(false, true, null, new IOException("No pool", new IOException("Connection refused"))), null,
				null));
		tell(ServiceState.STARTING,
				with(database, ServiceState.RUNNING, 3010, new Attempt(2, 4, null), UP, Duration.ofMillis(3010), null));
		move(pollBook, ServiceState.STARTING, 3010);
		run(pollBook, 3210, 200);
		move(statistics, ServiceState.STARTING, 3010);
		this.log.onEvent(new LifecycleEvent.Started(Duration.ofMillis(3210), null));
		this.log.onEvent(new LifecycleEvent.Stopping(3));
		tell(ServiceState.STOPPING,
				with(pollBook, ServiceState.STOPPED, 5000, new Attempt(1, 4, null), DOWN, null, Duration.ofMillis(12)));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofMillis(14), List.of()));
		assertThat(lines(output)).containsExactly(
				"WARN Service 'database' failed to start (attempt 1 of 4), retrying in 1 s: java.io.IOException: No pool, caused by java.io.IOException: Connection refused",
				"INFO Started service 'database' in 3.01 s (attempt 2 of 4)",
				"INFO Started service 'pollBook' in 200 ms",
				"INFO Started 2 services in 3.21 s. 1 optional service is not running: statistics (STARTING). Critical path: database 3.01 s → pollBook 200 ms.",
				"INFO Stopped service 'pollBook' in 12 ms", "INFO Stopped 3 services in 14 ms");
	}

	@Test
	void sumsUpWhatAFailureTakesDownAndLogsOthersMeanwhile(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		ServiceSnapshot other = service("other", true);
		given(this.services.snapshots()).willReturn(List.of(database, other));
		IOException cause = new IOException("Connection reset");
		this.log.onEvent(new LifecycleEvent.Starting(2));
		this.log.onEvent(new LifecycleEvent.EpisodeOpened(database, cause));
		tell(ServiceState.STOPPING,
				new ServiceSnapshot(database.service(), new Stage(ServiceState.BACKOFF, BEGIN, StopReason.FAILURE),
						new Attempt(0, 4, BEGIN.plusMillis(1000)), DOWN, database.timings()));
		run(other, 500, 20);
		run(database, 1200, 200);
		this.log.onEvent(new LifecycleEvent.EpisodeClosed("database", cause, Duration.ofMillis(1200),
				List.of("database"), List.of()));
		run(database, 2000, 100);
		assertThat(lines(output)).containsExactly(
				"WARN Service 'database' failed while running, stopping it and its dependents: java.io.IOException: Connection reset",
				"INFO Started service 'other' in 20 ms", "INFO Service 'database' recovered in 1.2 s",
				"INFO Started service 'database' in 100 ms");
	}

	@Test
	void logsFailuresOfWorkOnce(CapturedOutput output) {
		ServiceSnapshot mail = service("mail", true);
		IOException cause = new IOException("Connection reset");
		List<StackTraceElement> stack = Arrays.asList(cause.getStackTrace());
		this.log.onEvent(failed(mail, WorkKind.WORKER, cause, stack, Condition.Severity.WARNING));
		this.log.onEvent(failed(service("stats", false), WorkKind.MICRO_TASK, cause, stack, Condition.Severity.ERROR));
		this.log.onEvent(failed(mail, WorkKind.WORKER, cause,
				List.of(new StackTraceElement("org.example.Mail", "read", "Mail.java", 42)),
				Condition.Severity.WARNING));
		this.log.onEvent(failed(mail, WorkKind.TASK, cause, stack, Condition.Severity.HINT));
		assertThat(lines(output)).containsExactly(
				"WARN Service 'mail': worker 'inbox' failed, retrying: java.io.IOException: Connection reset",
				"ERROR Optional service 'stats': micro-task 'inbox' failed",
				"WARN Service 'mail': worker 'inbox' failed, retrying: java.io.IOException: Connection reset, its thread is here:",
				"INFO Service 'mail': task 'inbox' failed: java.io.IOException: Connection reset");
		assertThat(output).containsOnlyOnce("\tat org.example.Mail.read(Mail.java:42)")
			.containsOnlyOnce("logsFailuresOfWorkOnce(LifecycleLogTests.java");
	}

	@Test
	void logsFailuresOfWorkInCommonWhenNamesAreMany(CapturedOutput output) {
		ServiceSnapshot mail = service("mail", true);
		IOException cause = new IOException("Connection reset");
		List<StackTraceElement> stack = Arrays.asList(cause.getStackTrace());
		for (int number = 1; number <= 100; number++) {
			this.log.onEvent(failed(mail, new ServiceFailure.Source("mail", WorkKind.TASK, "order-" + number), cause,
					stack, Condition.Severity.ERROR));
		}
		this.log.onEvent(failed(mail, WorkKind.WORKER, cause, stack, Condition.Severity.ERROR));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofMillis(14), List.of()));
		assertThat(lines(output)).hasSize(11)
			.startsWith("ERROR Service 'mail': task 'order-1' failed")
			.endsWith("ERROR Service 'mail': task 'order-9' failed", "ERROR Service 'mail': worker 'inbox' failed",
					"ERROR Service 'mail': task 'order-100' failed: java.io.IOException: Connection reset (92 times with others within 1 s in all)");
	}

	@Test
	void logsConditionsInCommonWhenIdsAreMany(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 10, 10);
		for (int number = 1; number <= 100; number++) {
			Condition error = new Condition("disk-" + number, Condition.Severity.ERROR, "Disk full", "add space",
					BEGIN);
			this.log.onEvent(new LifecycleEvent.ConditionChanged(database, null, error));
			this.log.onEvent(new LifecycleEvent.ConditionChanged(database, error, null));
		}
		assertThat(lines(output)).hasSize(18);
	}

	@Test
	void logsWhereWorkHangs(CapturedOutput output) {
		this.log.onEvent(new LifecycleEvent.Hanging(service("mail", true), "worker 'inbox'", Duration.ofSeconds(20),
				"managed-services.services.mail.stop-timeout",
				List.of(new StackTraceElement("org.example.Mail", "read", "Mail.java", 42))));
		assertThat(lines(output)).containsExactly(
				"WARN Service 'mail' is still running its worker 'inbox' 20 s after it was asked to end (managed-services.services.mail.stop-timeout), interrupted at:");
		assertThat(output).contains("\tat org.example.Mail.read(Mail.java:42)");
	}

	@Test
	void logsWhatAStopHasCutOff(CapturedOutput output) {
		List<StackTraceElement> stack = List.of(new StackTraceElement("org.example.Mail", "read", "Mail.java", 42));
		this.log.onEvent(new LifecycleEvent.WorkCutOff(service("mail", true), "task 'inbox'", Duration.ofMillis(3),
				null, stack));
		this.log.onEvent(new LifecycleEvent.WorkCutOff(service("mail", true), "worker 'inbox'", Duration.ofSeconds(10),
				"half of managed-services.services.mail.stop-timeout", stack));
		assertThat(lines(output)).containsExactly(
				"INFO Service 'mail' interrupted its task 'inbox' to stop, at org.example.Mail.read(Mail.java:42)",
				"WARN Service 'mail' interrupted its worker 'inbox', still running 10 s after it was asked to end (half of managed-services.services.mail.stop-timeout), at:");
		assertThat(output).contains("\tat org.example.Mail.read(Mail.java:42)");
	}

	@Test
	void logsFewerAndFewerOfAttemptsWithoutLimit(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		for (int number = 1; number <= 100; number++) {
			tell(ServiceState.STARTING,
					with(database, ServiceState.BACKOFF, 1000,
							new Attempt(number, Integer.MAX_VALUE, BEGIN.plusMillis(6000)),
							new Vitals(false, true, null, new IOException("Connection refused")), null, null));
		}
		assertThat(lines(output)).hasSize(13)
			.startsWith(
					"WARN Service 'database' failed to start (attempt 1), retrying in 5 s: java.io.IOException: Connection refused")
			.endsWith(
					"INFO Service 'database' failed to start (attempt 64), retrying in 5 s: java.io.IOException: Connection refused");
	}

	@Test
	void warnsOfAttemptOnceUntilItFailsForAnotherReason(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		List<String> failures = List.of("Connection refused", "Connection refused", "Wrong password", "Wrong password",
				"Connection refused");
		for (int number = 1; number <= failures.size(); number++) {
			tell(ServiceState.STARTING,
					with(database, ServiceState.BACKOFF, 1000, new Attempt(number, 9, BEGIN.plusMillis(6000)),
							new Vitals(false, true, null, new IOException(failures.get(number - 1))), null, null));
		}
		assertThat(lines(output)).extracting((line) -> line.substring(0, line.indexOf(' ')))
			.containsExactly("WARN", "INFO", "WARN", "INFO", "WARN");
	}

	@Test
	void logsFewerAndFewerOfAttemptsThatFailForAnotherReasonEachTime(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		for (int number = 1; number <= 1000; number++) {
			tell(ServiceState.STARTING,
					with(database, ServiceState.BACKOFF, 1000,
							new Attempt(number, Integer.MAX_VALUE, BEGIN.plusMillis(6000)),
							new Vitals(false, true, null, new IOException("request " + number)), null, null));
		}
		assertThat(lines(output)).hasSize(25)
			.allMatch((line) -> line.startsWith("WARN"))
			.last()
			.asString()
			.contains("(attempt 512)");
	}

	@Test
	void logsFewerAndFewerOfAttemptsThatFailForTwoReasonsByTurns(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		for (int number = 1; number <= 1000; number++) {
			String reason = (number == 999) ? "Wrong password" : "Connection " + (number % 2);
			tell(ServiceState.STARTING,
					with(database, ServiceState.BACKOFF, 1000,
							new Attempt(number, Integer.MAX_VALUE, BEGIN.plusMillis(6000)),
							new Vitals(false, true, null, new IOException(reason)), null, null));
		}
		assertThat(lines(output)).hasSizeLessThan(30).last().asString().contains("Wrong password");
	}

	@Test
	void logsStepsOfRestartsOfItsOwnAtGrowingDistances(CapturedOutput output) {
		ServiceSnapshot mail = service("mail", true);
		ServiceSnapshot dependent = service("statistics", true, "mail");
		given(this.services.snapshots()).willReturn(List.of(mail, dependent));
		this.log.onEvent(new LifecycleEvent.Starting(2));
		run(mail, 0, 10);
		run(dependent, 0, 10);
		for (int count = 0; count < 1000; count++) {
			this.log.onEvent(new LifecycleEvent.RestartRequested(mail, "again"));
			tell(ServiceState.STOPPING,
					new ServiceSnapshot(dependent.service(),
							new Stage(ServiceState.WAITING, BEGIN, StopReason.DEPENDENCY), new Attempt(0, 4, null),
							DOWN, dependent.timings()));
			run(mail, 0, 10);
			run(dependent, 0, 10);
			this.time.addAndGet(Duration.ofMillis(10).toNanos());
		}
		assertThat(lines(output)).hasSizeLessThan(20)
			.startsWith("INFO Started service 'mail' in 10 ms", "INFO Started service 'statistics' in 10 ms",
					"INFO Service 'mail' asked for a restart, stopping it and its dependents: again",
					"INFO Started service 'mail' in 10 ms", "INFO Started service 'statistics' in 10 ms",
					"INFO Service 'mail' asked for a restart, stopping it and its dependents: again (99 times in the last second)",
					"INFO Started service 'mail' in 10 ms (99 times in the last second)");
	}

	@Test
	void logsStepsOfServiceOnDemandAtGrowingDistances(CapturedOutput output) {
		ServiceSnapshot mail = service("mail", false);
		ServiceDescriptor descriptor = mail.service().withActivation(Activation.ON_DEMAND);
		ServiceSnapshot onDemand = new ServiceSnapshot(descriptor, mail.stage(), mail.attempt(), mail.vitals(),
				mail.timings());
		for (int count = 0; count < 1000; count++) {
			run(onDemand, 0, 10);
			tell(ServiceState.STOPPING,
					with(onDemand, ServiceState.STOPPED, 0, new Attempt(0, 4, null), DOWN, null, Duration.ofMillis(3)));
		}
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofMillis(14), List.of()));
		assertThat(lines(output)).containsExactly("INFO Started optional service 'mail' in 10 ms",
				"INFO Stopped optional service 'mail' in 3 ms",
				"INFO Started optional service 'mail' in 10 ms (1,000 times within 1 s in all)",
				"INFO Stopped optional service 'mail' in 3 ms (1,000 times within 1 s in all)");
	}

	@Test
	void saysWhatALongStartWaitsFor(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		ServiceSnapshot pollBook = service("pollBook", true, "database");
		ServiceSnapshot statistics = service("statistics", false, "pollBook");
		ServiceSnapshot search = service("search", true);
		ServiceSnapshot mail = service("mail", true);
		given(this.services.snapshots()).willReturn(List.of(database, pollBook, statistics, search, mail));
		this.log.onEvent(new LifecycleEvent.Starting(5));
		move(pollBook, ServiceState.WAITING, 0);
		move(statistics, ServiceState.WAITING, 0);
		move(search, ServiceState.STARTING, 0);
		run(mail, 100, 100);
		tell(ServiceState.STARTING,
				with(database, ServiceState.BACKOFF, 1000, new Attempt(2, 4, BEGIN.plusMillis(6000)),
						new Vitals(false, true, null, new IOException("Connection refused")), null, null));
		this.log.onEvent(new LifecycleEvent.StillStarting(Duration.ofSeconds(10)));
		assertThat(lines(output)).last()
			.isEqualTo(
					"INFO Still starting after 10 s, 1 of 5 services running: database (attempt 2 of 4, next in 5 s, java.io.IOException: Connection refused), 2 services wait for it; search (attempt 1 of 4)");
	}

	@Test
	void longStartOfManyServicesIsOneShortLine(CapturedOutput output) {
		List<ServiceSnapshot> all = new ArrayList<>();
		for (int number = 0; number < 1000; number++) {
			all.add((number < 20) ? service("root" + number, true)
					: service("service" + number, true, "root" + (number % 20)));
		}
		given(this.services.snapshots()).willReturn(all);
		this.log.onEvent(new LifecycleEvent.Starting(all.size()));
		all.forEach((service) -> move(service,
				service.name().startsWith("root") ? ServiceState.STARTING : ServiceState.WAITING, 0));
		this.log.onEvent(new LifecycleEvent.StillStarting(Duration.ofSeconds(80)));
		assertThat(lines(output)).singleElement()
			.asString()
			.startsWith(
					"INFO Still starting after 1 min 20 s, 0 of 1000 services running: root0 (attempt 1 of 4), 49 services wait for it; ")
			.endsWith("; and 15 more")
			.hasSizeLessThan(400);
	}

	@Test
	void logsFinalFailureWithStackTrace(CapturedOutput output) {
		ServiceSnapshot required = service("database", true);
		ServiceSnapshot optional = service("statistics", false);
		given(this.services.snapshots()).willReturn(List.of(required, optional));
		this.log.onEvent(new LifecycleEvent.Starting(2));
		tell(ServiceState.STARTING, failed(required, 4, new IOException("Connection refused")));
		tell(ServiceState.STARTING, failed(required, 2, new IOException("Wrong password")));
		tell(ServiceState.PREPARING, failed(optional, 0, new IOException("No address")));
		this.log.onEvent(new LifecycleEvent.Started(Duration.ofSeconds(70), new IOException("Connection refused")));
		assertThat(lines(output)).containsExactly(
				"ERROR Service 'database' failed to start after 4 of 4 attempts (managed-services.services.database.retry.max-retries)",
				"ERROR Service 'database' failed to start after 2 of 4 attempts",
				"WARN Optional service 'statistics' failed to prepare",
				"ERROR Start failed after 1 min 10 s: started 0 of 2 services. 1 required service is not running: database (FAILED). 1 optional service is not running: statistics (FAILED).");
		assertThat(output).contains("java.io.IOException: Connection refused\n\tat ")
			.contains("java.io.IOException: No address\n\tat ");
	}

	@Test
	void logsCancelledStart(CapturedOutput output) {
		given(this.services.snapshots()).willReturn(List.of(service("database", true)));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		this.log.onEvent(new LifecycleEvent.Started(Duration.ofMillis(5), new CancellationException("stopped")));
		assertThat(lines(output)).containsExactly("INFO Start cancelled after 5 ms: started 0 of 1 service.");
	}

	@Test
	void logsConditionsAndReportedErrors(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 10, 10);
		Condition hint = new Condition("disk", Condition.Severity.HINT, "Disk fills", "30 % are left", BEGIN);
		Condition error = new Condition("disk", Condition.Severity.ERROR, "Disk full", "add space", BEGIN);
		Reports reports = new Reports(List.of(error), List.of(), 0, List.of());
		ServiceSnapshot unhealthy = unhealthy(database, reports);
		this.log.onEvent(new LifecycleEvent.ConditionChanged(database, null, hint));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(unhealthy, hint, error));
		this.log.onEvent(new LifecycleEvent.VitalsChanged(UP, unhealthy));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(database, error, null));
		this.log.onEvent(new LifecycleEvent.VitalsChanged(unhealthy.vitals(), database));
		this.log.onEvent(new LifecycleEvent.ErrorReported(database, new IOException("item 7")));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(
				with(database, ServiceState.STOPPED, 10, database.attempt(), DOWN, null, null), hint, null));
		assertThat(lines(output)).containsExactly("INFO Service 'database' has a hint: Disk fills: 30 % are left",
				"ERROR Service 'database' has an error: Disk full: add space",
				"INFO Service 'database' no longer has an error: Disk full",
				"WARN Service 'database' reported an error");
		assertThat(output).contains("java.io.IOException: item 7\n\tat ");
	}

	@Test
	void logsErrorThatComesBackForAnotherReason(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 10, 10);
		for (String message : List.of("add space", "add space", "delete files")) {
			Condition error = new Condition("disk", Condition.Severity.ERROR, "Disk full", message, BEGIN);
			this.log.onEvent(new LifecycleEvent.ConditionChanged(database, null, error));
			this.log.onEvent(new LifecycleEvent.ConditionChanged(database, error, null));
		}
		assertThat(lines(output)).filteredOn((line) -> line.startsWith("ERROR"))
			.satisfiesExactly((line) -> assertThat(line).endsWith("Disk full: add space"),
					(line) -> assertThat(line).contains("Disk full: delete files"));
	}

	@Test
	void logsReportedErrorOnceUntilServiceIsHealthyAgain(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 10, 10);
		IOException cause = new IOException("item 7");
		ServiceSnapshot unhealthy = unhealthy(database,
				new Reports(List.of(), List.of(new ServiceSnapshot.ReportedError(BEGIN, cause)), 0, List.of()));
		this.log.onEvent(new LifecycleEvent.ErrorReported(unhealthy, cause));
		this.log.onEvent(new LifecycleEvent.VitalsChanged(UP, unhealthy));
		this.log.onEvent(new LifecycleEvent.VitalsChanged(unhealthy.vitals(), database));
		assertThat(lines(output)).containsExactly("WARN Service 'database' reported an error",
				"INFO Service 'database' is ready and healthy again");
	}

	@Test
	void logsFailedCheckAlsoWhileThereIsAConditionThatIsAnError(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 10, 10);
		Condition error = new Condition("disk", Condition.Severity.ERROR, "Disk full", "add space", BEGIN);
		Reports reports = new Reports(List.of(error), List.of(), 0, List.of());
		this.log.onEvent(new LifecycleEvent.VitalsChanged(UP, unhealthy(database, reports)));
		this.log.onEvent(new LifecycleEvent.VitalsChanged(UP,
				new ServiceSnapshot(database.service(), new Stage(ServiceState.RUNNING, BEGIN, null),
						database.attempt(), new Vitals(false, false, null, new IOException("full")), database.timings(),
						reports)));
		assertThat(lines(output)).containsExactly("WARN Service 'database' is not healthy: java.io.IOException: full");
	}

	@Test
	void logsWarningOfWorkWhoseFailureWasLoggedAtDebug(CapturedOutput output) {
		ServiceSnapshot mail = running(service("mail", true), 10, 10);
		Condition first = warning("worker:inbox", "It has failed at 10:00, the next attempt is at 10:01");
		Condition second = warning("worker:inbox", "It has failed 2 times since 10:00, the next attempt is at 10:02");
		LifecycleEvent failure = failed(mail, WorkKind.WORKER, new IOException("reset"), List.of(),
				Condition.Severity.WARNING);
		this.log.onEvent(failure);
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, null, first));
		this.log.onEvent(failed(mail, WorkKind.TASK, new IOException("other"), List.of(), Condition.Severity.ERROR));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, first, second));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, second, null));
		assertThat(lines(output)).filteredOn((line) -> !line.startsWith("DEBUG"))
			.containsExactly("WARN Service 'mail': worker 'inbox' failed, retrying: java.io.IOException: reset",
					"ERROR Service 'mail': task 'inbox' failed",
					"INFO Service 'mail' no longer has a warning: Worker 'inbox' fails");
	}

	@Test
	void logsWarningOfWorkWhoseFailureWasNotLogged(CapturedOutput output) {
		ServiceSnapshot mail = running(service("mail", true), 10, 10);
		Condition warning = warning("worker:inbox", "It has failed");
		this.log.onEvent(failed(service("other", true), WorkKind.WORKER, new IOException("reset"), List.of(),
				Condition.Severity.WARNING));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, null, warning));
		this.log
			.onEvent(failed(mail, WorkKind.WORKER, new IOException("reset"), List.of(), Condition.Severity.WARNING));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, warning, null));
		this.log.onEvent(new LifecycleEvent.ConditionChanged(mail, null,
				new Condition("worker:inbox", Condition.Severity.WARNING, "Of the user", "now", BEGIN)));
		assertThat(lines(output)).contains("WARN Service 'mail' has a warning: Worker 'inbox' fails: It has failed")
			.endsWith("WARN Service 'mail' has a warning: Of the user: now");
	}

	private static Condition warning(String id, String message) {
		return new Condition(id, Condition.Severity.WARNING, "Worker 'inbox' fails", message, BEGIN);
	}

	private static ServiceSnapshot unhealthy(ServiceSnapshot service, Reports reports) {
		return new ServiceSnapshot(service.service(), new Stage(ServiceState.RUNNING, BEGIN, null), service.attempt(),
				new Vitals(true, false, null, null), service.timings(), reports);
	}

	@Test
	void logsStopFailuresOnceEach(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		this.log.onEvent(new LifecycleEvent.Starting(1));
		run(database, 10, 10);
		this.log.onEvent(new LifecycleEvent.Stopping(1));
		IOException failure = new IOException("in use");
		this.log.onEvent(new LifecycleEvent.StopFailed(database, new IOException("busy"), true));
		this.log.onEvent(new LifecycleEvent.StopFailed(database, failure, false));
		tell(ServiceState.STOPPING, failed(database, 1, failure));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofSeconds(25), List.of("database")));
		assertThat(lines(output)).containsExactly("INFO Started service 'database' in 10 ms",
				"WARN Service 'database' failed to stop, retrying: java.io.IOException: busy",
				"ERROR Service 'database' failed to stop and may still hold resources",
				"WARN 1 of 1 service did not stop within 25 s (managed-services.shutdown.timeout): database");
		assertThat(output).containsOnlyOnce("java.io.IOException: in use");
	}

	@Test
	void summaryOfStopNamesServicesThatCouldNotBeStopped(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		ServiceSnapshot mailer = service("mailer", true);
		ServiceSnapshot broken = service("broken", false);
		given(this.services.snapshots()).willReturn(List.of(database, mailer, broken));
		this.log.onEvent(new LifecycleEvent.Starting(3));
		run(database, 10, 10);
		run(mailer, 10, 10);
		this.log.onEvent(new LifecycleEvent.Stopping(3));
		this.log.onEvent(new LifecycleEvent.StopFailed(database, new IOException("busy"), true));
		this.log.onEvent(new LifecycleEvent.StopFailed(mailer, new IOException("in use"), false));
		this.log.onEvent(new LifecycleEvent.StopFailed(broken, new IOException("late"), false));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofSeconds(2), List.of()));
		assertThat(lines(output)).last().isEqualTo("WARN Stopped 1 of 2 services in 2 s; failed to stop: mailer");
	}

	@Test
	void summaryOfStopDoesNotNameServicesOfTheStopBefore(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(database));
		for (int round = 0; round < 2; round++) {
			this.log.onEvent(new LifecycleEvent.Starting(1));
			run(database, 10, 10);
			this.log.onEvent(new LifecycleEvent.Stopping(1));
			if (round == 0) {
				this.log.onEvent(new LifecycleEvent.StopFailed(database, new IOException("in use"), false));
			}
			this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofSeconds(2), List.of()));
		}
		assertThat(lines(output)).contains("WARN Stopped 0 of 1 service in 2 s; failed to stop: database")
			.endsWith("INFO Stopped 1 service in 2 s");
	}

	@Test
	void summaryOfStopNamesNoMoreThanTwenty(CapturedOutput output) {
		List<ServiceSnapshot> all = new ArrayList<>();
		for (int number = 1; number <= 22; number++) {
			all.add(running(service("s" + number, true), 0, 10));
		}
		given(this.services.snapshots()).willReturn(all);
		this.log.onEvent(new LifecycleEvent.Starting(22));
		this.log.onEvent(new LifecycleEvent.Stopping(22));
		all.forEach(
				(service) -> this.log.onEvent(new LifecycleEvent.StopFailed(service, new IOException("busy"), false)));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofSeconds(2), List.of()));
		assertThat(lines(output)).last()
			.asString()
			.startsWith("WARN Stopped 0 of 22 services in 2 s; failed to stop: s1, s2, ")
			.endsWith(", s20 and 2 more");
	}

	@Test
	void summaryOfStopThatTimedOutNamesWhatCouldNotBeStoppedBefore(CapturedOutput output) {
		ServiceSnapshot database = running(service("database", true), 0, 10);
		ServiceSnapshot mailer = running(service("mailer", true), 0, 10);
		given(this.services.snapshots()).willReturn(List.of(database, mailer));
		this.log.onEvent(new LifecycleEvent.Starting(2));
		this.log.onEvent(new LifecycleEvent.Stopping(2));
		this.log.onEvent(new LifecycleEvent.StopFailed(mailer, new IOException("in use"), false));
		this.log.onEvent(new LifecycleEvent.StopFailed(database, new IOException("late"), false));
		this.log.onEvent(new LifecycleEvent.Stopped(Duration.ofSeconds(25), List.of("database")));
		assertThat(lines(output)).last()
			.isEqualTo(
					"WARN 1 of 2 services did not stop within 25 s (managed-services.shutdown.timeout): database; failed to stop: mailer");
	}

	@Test
	void logsHowServicesQuiesced(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		ServiceSnapshot mailer = with(service("mailer", true), ServiceState.RUNNING, 0, new Attempt(1, 4, null),
				new Vitals(true, true, "3 mails to send", null), null, null);
		ShutdownShare done = new ShutdownShare(database, Duration.ofMillis(3), true, null);
		this.log.onEvent(new LifecycleEvent.Quiesced(Duration.ofMillis(1), List.of()));
		this.log.onEvent(new LifecycleEvent.Quiesced(Duration.ofMillis(20),
				List.of(new ShutdownShare(mailer, Duration.ofMillis(20), true, null), done)));
		this.log.onEvent(new LifecycleEvent.Quiesced(Duration.ofSeconds(12),
				List.of(new ShutdownShare(mailer, Duration.ofSeconds(12), false, null), done)));
		assertThat(lines(output)).containsExactly("INFO Quiesced 2 services in 20 ms: mailer (3 mails to send)",
				"WARN 1 of 2 services did not quiesce: mailer after 12 s (3 mails to send)");
	}

	@Test
	void logsWhatEachServiceTookOfTheShutdownTimeout(CapturedOutput output) {
		ServiceSnapshot mailer = with(service("mailer", true), ServiceState.STOPPING, 0, new Attempt(1, 4, null),
				new Vitals(false, true, "3 mails to send", null), null, null);
		ServiceSnapshot database = running(service("database", true), 0, 10);
		this.log.onEvent(new LifecycleEvent.ShutdownTimedOut(Duration.ofSeconds(25),
				List.of(new ShutdownShare(mailer, Duration.ofMillis(12_500), false, Duration.ofMillis(12_450)),
						new ShutdownShare(database, null, true, null),
						new ShutdownShare(service("statistics", false), null, true, Duration.ofMillis(50)))));
		assertThat(lines(output)).containsExactly(
				"WARN The shutdown timeout of 25 s has passed (managed-services.shutdown.timeout). Time used: "
						+ "mailer: quiesce 12.5 s (not finished), stop 12.45 s, STOPPING (3 mails to send); "
						+ "database: not stopped yet, RUNNING; statistics: stop 50 ms, STOPPED");
	}

	@Test
	void logsHowManyDependentsRecovered(CapturedOutput output) {
		IOException cause = new IOException("refused");
		this.log.onEvent(new LifecycleEvent.EpisodeClosed("database", cause, Duration.ofMillis(101),
				List.of("database", "pollBook"), List.of()));
		this.log.onEvent(new LifecycleEvent.EpisodeClosed("mail", cause, Duration.ofMillis(5),
				List.of("mail", "inbox", "outbox"), List.of("outbox")));
		assertThat(lines(output)).containsExactly("INFO Service 'database' and 1 dependent recovered in 101 ms",
				"WARN Service 'mail' and 2 dependents did not recover (5 ms), not running: outbox");
	}

	@Test
	void logsWhereMethodHangs(CapturedOutput output) {
		StackTraceElement frame = new StackTraceElement("PollBook", "start", "PollBook.java", 42);
		this.log.onEvent(new LifecycleEvent.Hanging(service("pollBook", true), "start", Duration.ofMinutes(2),
				"managed-services.services.pollBook.start-timeout", List.of(frame, frame)));
		this.log.onEvent(new LifecycleEvent.Hanging(service("statistics", false), "check", Duration.ofSeconds(5),
				"managed-services.services.statistics.health.timeout", List.of()));
		this.log.onEvent(new LifecycleEvent.Hanging(service("mailer", true), "quiesce", Duration.ofSeconds(10),
				"managed-services.shutdown.timeout", List.of()));
		assertThat(lines(output)).containsExactly(
				"WARN Service 'pollBook' is still running its start after 2 min (managed-services.services.pollBook.start-timeout), interrupted at:",
				"WARN Optional service 'statistics' is still running its check after 5 s (managed-services.services.statistics.health.timeout), on no thread that can be interrupted",
				"WARN Service 'mailer' is still running its quiesce after 10 s (half of managed-services.shutdown.timeout), on no thread that can be interrupted");
		assertThat(output).contains("\n\tat PollBook.start(PollBook.java:42)\n\tat PollBook.start(PollBook.java:42)\n");
	}

	@Test
	void logsReadinessAndHealthWhenTheyAreLostAndComeBack(CapturedOutput output) {
		ServiceSnapshot database = service("database", true);
		this.log.onEvent(vitals(database, UP));
		this.log.onEvent(vitals(database, new Vitals(false, true, null, new IOException("full"))));
		this.log.onEvent(vitals(database, new Vitals(false, true, null, new IOException("full"))));
		this.log.onEvent(vitals(database, UP));
		this.log.onEvent(vitals(database, new Vitals(true, false, null, new IOException("broken"))));
		assertThat(lines(output)).containsExactly("WARN Service 'database' is not ready: java.io.IOException: full",
				"INFO Service 'database' is ready and healthy again",
				"WARN Service 'database' is not healthy: java.io.IOException: broken");
	}

	@Test
	void logsSummaryOnlyWhenThereAreManyServices(CapturedOutput output) {
		List<ServiceSnapshot> all = new ArrayList<>();
		for (int number = 0; number < 500; number++) {
			all.add((number == 0) ? service("s0", true) : service("s" + number, true, "s" + (number - 1)));
		}
		given(this.services.snapshots()).willReturn(all);
		this.log.onEvent(new LifecycleEvent.Starting(500));
		for (int number = 0; number < 500; number++) {
			run(all.get(number), number * 10, number);
		}
		this.log.onEvent(new LifecycleEvent.Started(Duration.ofSeconds(5), null));
		all.forEach((service) -> tell(ServiceState.STOPPING,
				with(service, ServiceState.STOPPED, 6000, new Attempt(1, 4, null), DOWN, null, Duration.ZERO)));
		List<String> lines = lines(output);
		assertThat(lines.stream().filter((line) -> !line.startsWith("DEBUG"))).containsExactly(
				"INFO Started 500 services in 5 s. Critical path: … → s490 490 ms → s491 491 ms → s492 492 ms → s493 493 ms → s494 494 ms → s495 495 ms → s496 496 ms → s497 497 ms → s498 498 ms → s499 499 ms. Slowest: s499 499 ms, s498 498 ms, s497 497 ms, s496 496 ms, s495 495 ms, s494 494 ms, s493 493 ms, s492 492 ms, s491 491 ms, s490 490 ms.");
	}

	@Test
	void criticalPathGoesBackThroughDependencyThatRanLast() {
		Map<String, ServiceSnapshot> all = new LinkedHashMap<>();
		add(all, running(service("early", true), 10, 10));
		add(all, running(service("late", true), 40, 40));
		add(all, running(service("middle", true, "early", "late", "absent"), 50, 10));
		add(all, running(service("last", true, "middle", "early"), 70, 20));
		add(all, running(service("optional", false, "last"), 1000, 930));
		assertThat(StartSteps.describe(CriticalPath.of(all))).isEqualTo("late 40 ms → middle 10 ms → last 20 ms");
	}

	@Test
	void criticalPathGoesToItsEndWhenSeveralRunAtOneInstant() {
		Map<String, ServiceSnapshot> all = new LinkedHashMap<>();
		add(all, running(service("slow", true), 300, 300));
		add(all, running(service("api", true, "slow"), 300, 0));
		add(all, running(service("other", true), 300, 0));
		add(all, running(service("web", true, "slow", "api"), 300, 0));
		assertThat(StartSteps.describe(CriticalPath.of(all))).isEqualTo("slow 300 ms → api 0 ms → web 0 ms");
	}

	@Test
	void criticalPathOfLongChainIsFoundWithoutRecursion() {
		Map<String, ServiceSnapshot> all = new LinkedHashMap<>();
		for (int number = 0; number < 100_000; number++) {
			add(all, running((number == 0) ? service("s0", true) : service("s" + number, true, "s" + (number - 1)),
					number, 1));
		}
		List<ServiceSnapshot> path = CriticalPath.of(all);
		assertThat(path).hasSize(100_000);
		assertThat(StartSteps.describe(path)).startsWith("s0 1 ms → s1 1 ms").endsWith("s9 1 ms → …");
	}

	@Test
	void durationsAreWrittenForPeople() {
		assertThat(Arrays.stream(new long[] { 0, 999, 1000, 1500, 12_340, 59_994, 60_000, 125_000, 3_600_000 })
			.mapToObj((millis) -> HumanDuration.of(Duration.ofMillis(millis))))
			.containsExactly("0 ms", "999 ms", "1 s", "1.5 s", "12.34 s", "59.99 s", "1 min", "2 min 5 s", "60 min");
	}

	private static final Vitals UP = new Vitals(true, true, null, null);

	private static final Vitals DOWN = new Vitals(false, true, null, null);

	private static void add(Map<String, ServiceSnapshot> all, ServiceSnapshot service) {
		all.put(service.name(), service);
	}

	private static ServiceSnapshot service(String name, boolean required, String... dependencies) {
		ServiceDescriptor descriptor = new ServiceDescriptor(name, required, Activation.ENABLED,
				Arrays.stream(dependencies)
					.map((dependency) -> new ServiceDependency(dependency, Kind.REQUIRED, "test"))
					.toList());
		return new ServiceSnapshot(descriptor, new Stage(ServiceState.STOPPED, BEGIN, null), new Attempt(0, 4, null),
				DOWN, new Timings(null, null, null));
	}

	private static ServiceSnapshot with(ServiceSnapshot service, ServiceState state, long since, Attempt attempt,
			Vitals vitals, @Nullable Duration start, @Nullable Duration stop) {
		return new ServiceSnapshot(service.service(), new Stage(state, BEGIN.plusMillis(since), null), attempt, vitals,
				new Timings(BEGIN, start, stop));
	}

	private static ServiceSnapshot running(ServiceSnapshot service, long since, long duration) {
		return with(service, ServiceState.RUNNING, since, new Attempt(1, 4, null), UP, Duration.ofMillis(duration),
				null);
	}

	@Test
	void logsWhyFailureIsNotTriedAgain(CapturedOutput output) {
		ServiceSnapshot required = service("database", true);
		given(this.services.snapshots()).willReturn(List.of(required));
		tell(ServiceState.STARTING, new ServiceSnapshot(required.service(),
				new Stage(ServiceState.FAILED, BEGIN, StopReason.START_FAILED), new Attempt(1, 4, null),
				new Vitals(false, false, null, new NoClassDefFoundError("org/postgresql/Driver")), required.timings()));
		assertThat(lines(output)).containsExactly(
				"ERROR Service 'database' failed to start after 1 of 4 attempts, not retrying: java.lang.NoClassDefFoundError is a mistake in the program. If another attempt may help, name it in managed-services.services.database.retry.includes, and no type of it in retry.excludes");
	}

	@Test
	void logsOneLineWhenNothingOfAFailureCanBeTold(CapturedOutput output) {
		ServiceSnapshot mail = service("mail", true);
		this.log.onEvent(
				failed(mail, WorkKind.MICRO_TASK, new UnspeakableException(), List.of(), Condition.Severity.ERROR));
		this.log.onEvent(new LifecycleEvent.ErrorReported(mail, new UnspeakableException()));
		assertThat(lines(output)).containsExactly(
				"ERROR Service 'mail': micro-task 'inbox' failed: io.managedservices.UnspeakableException, which cannot be logged itself: java.lang.IllegalStateException: no message",
				"WARN Service 'mail' reported an error: io.managedservices.UnspeakableException, which cannot be logged itself: java.lang.IllegalStateException: no message");
	}

	private static ServiceSnapshot failed(ServiceSnapshot service, int attempts, Throwable failure) {
		return with(service, ServiceState.FAILED, 10, new Attempt(attempts, 4, null),
				new Vitals(false, false, null, failure), null, null);
	}

	private static LifecycleEvent failed(ServiceSnapshot service, WorkKind kind, Throwable cause,
			List<StackTraceElement> stack, Condition.Severity severity) {
		return failed(service, new ServiceFailure.Source(service.name(), kind, "inbox"), cause, stack, severity);
	}

	private static LifecycleEvent failed(ServiceSnapshot service, ServiceFailure.Source source, Throwable cause,
			List<StackTraceElement> stack, Condition.Severity severity) {
		return new LifecycleEvent.WorkFailed(service, new ServiceFailure(source, cause, stack, BEGIN, severity));
	}

	private static LifecycleEvent vitals(ServiceSnapshot service, Vitals vitals) {
		return new LifecycleEvent.VitalsChanged(DOWN,
				with(service, ServiceState.RUNNING, 10, new Attempt(1, 4, null), vitals, null, null));
	}

	private void move(ServiceSnapshot service, ServiceState state, long since) {
		tell(ServiceState.STOPPED, with(service, state, since, new Attempt(1, 4, null), DOWN, null, null));
	}

	private void run(ServiceSnapshot service, long since, long duration) {
		tell(ServiceState.STARTING, running(service, since, duration));
	}

	private void tell(ServiceState previous, ServiceSnapshot service) {
		StopReason reason = (service.state() == ServiceState.STOPPING) ? StopReason.SHUTDOWN : null;
		this.log.onEvent(new LifecycleEvent.StateChanged(previous, service, reason));
	}

	// Of a log as it is before and after Boot has configured it.
	private static List<String> lines(CapturedOutput output) {
		return LINE.matcher(output.getOut()).results().map((line) -> line.group(1) + " " + line.group(2)).toList();
	}

}
