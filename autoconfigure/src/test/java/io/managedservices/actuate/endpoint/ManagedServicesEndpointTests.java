// SPDX-License-Identifier: Apache-2.0
package io.managedservices.actuate.endpoint;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import tools.jackson.databind.json.JsonMapper;

import io.managedservices.ScriptedServices;
import io.managedservices.Shown;
import io.managedservices.actuate.endpoint.ManagedServiceDescriptor.Blocker;
import io.managedservices.actuate.endpoint.ServicesSummary.Lease;
import io.managedservices.actuate.history.EpisodeRecorder;
import io.managedservices.actuate.history.HistoryDescriptor;
import io.managedservices.actuate.history.ServicesHistory;
import io.managedservices.actuate.history.StartRecorder;
import io.managedservices.actuate.history.StopRecorder;
import io.managedservices.actuate.operation.ErrorDescriptor;
import io.managedservices.actuate.operation.PossibleOperation;
import io.managedservices.actuate.operation.PossibleOperations;
import io.managedservices.actuate.operation.ServiceOperations;
import io.managedservices.actuate.work.ItemsDescriptor;
import io.managedservices.actuate.work.WaitsDescriptor;
import io.managedservices.actuate.work.WorkDescriptor;
import io.managedservices.actuate.work.WorkloadDescriptor;
import io.managedservices.internal.drawing.DrawingFormat;
import io.managedservices.internal.sanitize.TextSanitizer;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.lease.LeaseSnapshot;
import io.managedservices.lease.LeaseSnapshot.Holder;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot.Attempt;
import io.managedservices.monitor.ServiceSnapshot.Component;
import io.managedservices.monitor.ServiceSnapshot.ReportedError;
import io.managedservices.monitor.ServiceSnapshot.Reports;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Activation;
import io.managedservices.state.Condition;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;
import io.managedservices.state.StopReason;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ManagedServicesEndpoint} and its web extension.
 */
class ManagedServicesEndpointTests {

	private static final StackTraceElement FRAME = new StackTraceElement("org.example.Mail", "read", "Mail.java", 42);

	private static final SecurityContext ANYBODY = SecurityContext.NONE;

	private static final InstantSource TIME = InstantSource.fixed(Instant.EPOCH);

	private static final WaitsDescriptor NO_WAITS = new WaitsDescriptor(0, Duration.ZERO, 0, Duration.ZERO, 0);

	private final ScriptedServices services = new ScriptedServices();

	private final ManagedServicesEndpoint endpoint = new ManagedServicesEndpoint(this.services,
			new ServiceTransitions(), history(), sources((service) -> null), Shown.VALUES, TIME);

	@Test
	void servicesShowsAllInOrderWithCounts() {
		this.services.required("database").optional("pollBook", "database").move("database", ServiceState.RUNNING);
		ManagedServicesDescriptor descriptor = this.endpoint.services();
		assertThat(descriptor.ready()).isTrue();
		assertThat(descriptor.healthy()).isTrue();
		assertThat(descriptor.states()).hasSize(2)
			.containsEntry(ServiceState.RUNNING, 1)
			.containsEntry(ServiceState.STOPPED, 1);
		assertThat(descriptor.services().keySet()).containsExactly("database", "pollBook");
		assertThat(descriptor.services().get("database").transitions()).isNull();
	}

	@Test
	void servicesOfChildContextsAreBelowTheirIds() {
		this.services.required("database");
		assertThat(this.endpoint.services().children()).isNull();
		this.services.child("application-1",
				new ScriptedServices().required("reader")
					.required("page", "reader")
					.move("reader", ServiceState.RUNNING));
		assertThat(this.endpoint.services().services()).containsOnlyKeys("database");
		assertThat(this.endpoint.services().children()).containsOnlyKeys("application-1");
		assertThat(this.endpoint.services().children().get("application-1")).containsOnlyKeys("reader", "page");
		ManagedServiceDescriptor reader = this.endpoint.service("application-1", "reader");
		assertThat(reader.name()).isEqualTo("reader");
		assertThat(reader.state()).isEqualTo(ServiceState.RUNNING);
		assertThat(reader.dependents()).extracting(ServiceDependency::name).containsExactly("page");
		assertThatExceptionOfType(ServiceException.class)
			.isThrownBy(() -> this.endpoint.service("application-1/other"));
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> this.endpoint.service("reader"));
	}

	@Test
	void serviceWhenItHasReportedShowsIt() {
		Condition condition = new Condition("disk", Severity.HINT, "Disk fills", "add space", Instant.EPOCH);
		this.services.required("database")
			.required("pollBook")
			.reports("database",
					new Reports(List.of(condition),
							List.of(new ReportedError(Instant.EPOCH, new IllegalStateException("item 7"))), 3,
							List.of(new Component("pool", false, true, new IllegalStateException("exhausted")))));
		assertThat(this.endpoint.service("pollBook").reports()).isNull();
		assertThat(this.endpoint.service("database").reports()).isEqualTo(new ReportsDescriptor(List.of(condition),
				List.of(new ReportsDescriptor.ReportedError(Instant.EPOCH, "java.lang.IllegalStateException: item 7")),
				3, List.of(new ReportsDescriptor.Component("pool", false, true,
						"java.lang.IllegalStateException: exhausted"))));
	}

	@Test
	void serviceWhenItHasWorkShowsIt() {
		Instant time = Instant.EPOCH;
		IllegalStateException failure = new IllegalStateException("item 7", new ConnectException("refused"));
		WorkerStatus worker = new WorkerStatus("inbox", WorkerState.BACKOFF, 2, 1, time);
		TickerStatus ticker = new TickerStatus("poll", Duration.ofSeconds(5), 3, time,
				new WorkSnapshot.LastRun(time, Duration.ofSeconds(2), failure));
		MicroTaskStatus microTasks = new MicroTaskStatus(1, 10, 2,
				new Workload.Lines(3, 4, Workload.Waits.NONE, Workload.Waits.NONE, Workload.Waits.NONE));
		EventStatus events = new EventStatus(4, 3, 1, 5);
		this.services.required("database")
			.required("mail")
			.work("mail",
					new WorkSnapshot(true, List.of(worker),
							new WorkSnapshot.Tasks(List.of(new TaskStatus("recount", TaskState.QUEUED, time, time,
									Duration.ofSeconds(1), failure)), 1, 1),
							List.of(ticker), new WorkSnapshot.Traffic(microTasks, events),
							new WorkSnapshot.Failures(List
								.of(new ServiceFailure(new ServiceFailure.Source("mail", WorkKind.MICRO_TASK, "score"),
										failure, List.of(FRAME), time, Severity.ERROR)),
									30)));
		String text = "java.lang.IllegalStateException: item 7, caused by java.net.ConnectException: refused";
		assertThat(this.endpoint.service("mail").operations()).contains(new PossibleOperation("queue", false, true,
				"Service 'mail' is STOPPED: only tasks of one that is RUNNING can be queued."));
		this.services.move("mail", ServiceState.RUNNING);
		assertThat(this.endpoint.service("mail").operations())
			.contains(new PossibleOperation("queue", true, true, null));
		assertThat(this.endpoint.service("database").operations())
			.contains(new PossibleOperation("queue", false, false, "Service 'database' has no task."));
		assertThat(this.endpoint.service("database").work()).isNull();
		assertThat(this.endpoint.service("mail").work()).isEqualTo(new WorkDescriptor(true, List.of(worker), List
			.of(new WorkDescriptor.Task("recount", TaskState.QUEUED, time, time, Duration.ofSeconds(1), 1000L, text)),
				1, 1,
				List.of(new WorkDescriptor.Ticker("poll", Duration.ofSeconds(5), 5000, 3, time, time,
						Duration.ofSeconds(2), 2000L, text)),
				new WorkDescriptor.MicroTasks(1, 3, 4, 10, 2, NO_WAITS, NO_WAITS, NO_WAITS), events,
				List.of(new WorkDescriptor.Failure(time, "micro-task", "score", Severity.ERROR, text,
						List.of(FRAME.toString()))),
				30));
		assertThat(this.endpoint.services().services().get("mail").work()).isNull();
	}

	@Test
	void serviceWhenStackOfFailureIsLongShowsItsTop() {
		ServiceFailure failure = new ServiceFailure(new ServiceFailure.Source("mail", WorkKind.TASK, "recount"),
				new StackOverflowError(), Collections.nCopies(1024, FRAME), Instant.EPOCH, Severity.ERROR);
		this.services.required("mail")
			.work("mail", new WorkSnapshot(false, List.of(), WorkSnapshot.NONE.allTasks(), List.of(),
					WorkSnapshot.NONE.traffic(), new WorkSnapshot.Failures(List.of(failure), 1)));
		WorkDescriptor work = Objects.requireNonNull(this.endpoint.service("mail").work());
		assertThat(work.failures()).singleElement()
			.satisfies((shown) -> assertThat(shown.stack()).hasSize(51)
				.startsWith("org.example.Mail.read(Mail.java:42)")
				.endsWith("org.example.Mail.read(Mail.java:42)", "… 974 more"));
	}

	@Test
	void serviceWhenSomethingHungShowsHowOften() {
		ServiceTransitions transitions = new ServiceTransitions();
		this.services.required("database").required("mail").addListener(transitions);
		ManagedServicesEndpoint watching = new ManagedServicesEndpoint(this.services, transitions, history(),
				sources((service) -> null), Shown.VALUES, TIME);
		for (int time = 0; time < 2; time++) {
			this.services.tell(new LifecycleEvent.Hanging(this.services.snapshot("mail"), "worker 'inbox'",
					Duration.ofSeconds(1), "managed-services.services.mail.stop-timeout", List.of()));
		}
		assertThat(watching.service("mail").hanging()).isEqualTo(2);
		assertThat(watching.service("database").hanging()).isNull();
		assertThat(watching.services().services().get("mail").hanging()).isNull();
	}

	@Test
	void serviceWhenItHasItemsShowsThem() {
		ItemsSnapshot items = new ItemsSnapshot(1, 2, 3, new ItemsSnapshot.Counts(4, 5, 6, 7, 0),
				ItemsSnapshot.Lateness.NONE,
				new ItemsSnapshot.CheckAll(Instant.EPOCH, Duration.ofSeconds(1), null, 8, null));
		this.services.required("database").required("pollClosing");
		ManagedServicesEndpoint known = new ManagedServicesEndpoint(this.services, new ServiceTransitions(), history(),
				sources(Map.of("pollClosing", items)::get), Shown.VALUES, TIME);
		assertThat(known.service("pollClosing").items()).isEqualTo(new ItemsDescriptor(1, 2, 3, 4, 5, 6, 7, 0,
				new ItemsDescriptor.Lateness(Duration.ZERO, 0, Duration.ZERO, 0, Duration.ZERO, 0),
				new ItemsDescriptor.CheckAll(Instant.EPOCH, Duration.ofSeconds(1), 1000L, null, 8, null)));
		assertThat(known.service("database").items()).isNull();
		assertThat(known.services().services().get("pollClosing").items()).isNull();
		assertThat(this.endpoint.service("pollClosing").items()).isNull();
	}

	@Test
	void servicesShowsWorkload() {
		Workload workload = new Workload(4, 1, 2, 8, 3,
				new Workload.Lines(5, 6, Workload.Waits.NONE, Workload.Waits.NONE, Workload.Waits.NONE));
		this.services.required("database").workload(workload);
		assertThat(this.endpoint.services().workload())
			.isEqualTo(new WorkloadDescriptor(4, 1, 2, 8, 3, 5, 6, NO_WAITS, NO_WAITS, NO_WAITS));
	}

	@Test
	void serviceShowsEdgesOnBothSides() {
		ServiceDependency after = new ServiceDependency("database", Kind.AFTER, "after of class Cache");
		this.services.required("database")
			.required("pollBook", "database")
			.add(new ServiceDescriptor("cache", false, Activation.ON_DEMAND, List.of(after)));
		assertThat(this.endpoint.service("database").dependents()).containsExactly(
				new ServiceDependency("pollBook", Kind.REQUIRED, "dependsOn of 'pollBook'"),
				new ServiceDependency("cache", Kind.AFTER, "after of class Cache"));
		ManagedServiceDescriptor cache = this.endpoint.service("cache");
		assertThat(cache.dependencies()).containsExactly(after);
		assertThat(cache.dependents()).isEmpty();
		assertThat(cache.required()).isFalse();
		assertThat(cache.activation()).isEqualTo(Activation.ON_DEMAND);
	}

	@Test
	void serviceWhenWaitingShowsBlockersDownToRootCause() {
		this.services.required("database").required("pollBook", "database").required("notifier", "pollBook");
		this.services.moveAll(ServiceState.WAITING)
			.move("database", ServiceState.BACKOFF, null, new IllegalStateException("refused"))
			.attempt("database", new Attempt(2, 6, Instant.EPOCH));
		assertThat(this.endpoint.service("notifier").blockers()).containsExactly(
				new Blocker("pollBook", ServiceState.WAITING, null, null), new Blocker("database", ServiceState.BACKOFF,
						"java.lang.IllegalStateException: refused", new AttemptDescriptor(2, 6, Instant.EPOCH)));
		ManagedServiceDescriptor database = this.endpoint.service("database");
		assertThat(database.failure()).isEqualTo("java.lang.IllegalStateException: refused");
		assertThat(database.attempt()).isEqualTo(new AttemptDescriptor(2, 6, Instant.EPOCH));
	}

	@Test
	void serviceWhenDependencyIsDisabledSaysSo() {
		this.services.add(new ServiceDescriptor("database", true, Activation.DISABLED, List.of()))
			.required("pollBook", "database")
			.move("pollBook", ServiceState.WAITING);
		assertThat(this.endpoint.service("pollBook").blockers())
			.containsExactly(new Blocker("database", ServiceState.STOPPED, "disabled", null));
	}

	@Test
	void servicesWhenChainIsLongShowsSomeBlockersAndRootCause() {
		this.services.required("0");
		for (int number = 1; number < 100; number++) {
			this.services.required("" + number, "" + (number - 1));
		}
		this.services.moveAll(ServiceState.WAITING).move("0", ServiceState.FAILED);
		List<Blocker> shown = this.endpoint.services().services().get("99").blockers();
		assertThat(shown).hasSize(20).first().extracting("name").isEqualTo("98");
		assertThat(shown).last().extracting("name").isEqualTo("0");
		assertThat(this.endpoint.service("99").blockers()).hasSize(99);
	}

	@Test
	void serviceShowsWhyItStoppedAndWhoNeedsIt() {
		this.services.required("database")
			.required("pollBook", "database")
			.move("database", ServiceState.STOPPED, StopReason.OPERATOR, null)
			.attempt("database", new Attempt(2, 4, null))
			.move("pollBook", ServiceState.WAITING, StopReason.DEPENDENCY, null);
		ManagedServiceDescriptor database = this.endpoint.service("database");
		assertThat(database.stopReason()).isEqualTo(StopReason.OPERATOR);
		assertThat(database.neededBy()).containsExactly("database");
		assertThat(this.endpoint.service("pollBook").blockers())
			.containsExactly(new Blocker("database", ServiceState.STOPPED, "stopped by the operator", null));
		assertThat(this.endpoint.services().services().get("database").neededBy()).isNull();
	}

	@Test
	void serviceWhenFailureHidesItsCauseNamesBoth() {
		this.services.required("database")
			.move("database", ServiceState.FAILED, null,
					new IllegalStateException("no connection", new ConnectException("refused")));
		assertThat(this.endpoint.service("database").failure())
			.isEqualTo("java.lang.IllegalStateException: no connection, caused by java.net.ConnectException: refused");
	}

	@Test
	void serviceWhenUnknownThrows() {
		assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> this.endpoint.service("nobody"));
	}

	@Test
	void drawWhenServiceIsNamedDrawsItAndAllBelow() {
		this.services.required("a").required("b", "a").required("c", "b").required("d", "a").required("e", "c");
		assertThat(this.endpoint.draw("c", DrawingFormat.DOT)).contains("\"a\\n", "\"b\\n", "\"c\\n")
			.doesNotContain("\"d\\n", "\"e\\n");
	}

	@Test
	void extensionAnswersWithStatusAndType() {
		this.services.required("database");
		ManagedServicesEndpointWebExtension extension = new ManagedServicesEndpointWebExtension(this.endpoint,
				new ServiceOperations(this.services, List.of(), Shown.TEXTS, InstantSource.system()), Shown.VALUES);
		assertThat(extension.services(Representation.JSON_V3, null, null, null, null, null, ANYBODY).getBody())
			.isInstanceOf(ManagedServicesDescriptor.class);
		assertThat(extension.services(Representation.TEXT, "json", null, null, null, null, ANYBODY).getBody())
			.isInstanceOf(ManagedServicesDescriptor.class);
		assertThat(
				extension.services(Representation.JSON_V3, "mermaid", null, null, null, null, ANYBODY).getContentType())
			.hasToString("text/plain;charset=UTF-8");
		assertThat(
				extension.service(new String[] { "database" }, Representation.JSON_V3, "dot", ANYBODY).getContentType())
			.hasToString("text/vnd.graphviz;charset=UTF-8");
		WebEndpointResponse<Object> badFormat = extension.services(Representation.JSON_V3, "svg", null, null, null,
				null, ANYBODY);
		assertThat(badFormat.getStatus()).isEqualTo(400);
		assertThat(badFormat.getBody()).isEqualTo(new ErrorDescriptor(
				"Format 'svg' does not exist: expected one of json, mermaid, dot, and timeline for all services"));
		for (String format : List.of("json", "dot")) {
			WebEndpointResponse<Object> unknown = extension.service(new String[] { "nobody" }, Representation.JSON_V3,
					format, ANYBODY);
			assertThat(unknown.getStatus()).isEqualTo(404);
			assertThat(unknown.getBody()).isEqualTo(new ErrorDescriptor("There is no service 'nobody'."));
		}
	}

	@Test
	void extensionDrawsWhatIsLeftByFilter() {
		this.services.required("database").required("pollBook", "database").required("audit");
		this.services.moveAll(ServiceState.WAITING)
			.move("database", ServiceState.FAILED)
			.move("audit", ServiceState.RUNNING);
		assertThat(filtered("dot", "problems").getBody()).asString()
			.contains("label=\"database\\n", "label=\"pollBook\\n")
			.doesNotContain("audit");
		assertThat(filtered("mermaid", "needs:database").getBody()).asString().contains("pollBook", "n1 --> n0");
		assertThat(filtered("dot", "needs:nobody").getStatus()).isEqualTo(404);
		assertThat(filtered("dot", "needs").getBody()).isEqualTo(new ErrorDescriptor(
				"Filter 'needs' does not exist: expected one of problems, critical-path, needs:<name of a service>"));
		assertThat(filtered("json", "problems").getStatus()).isEqualTo(400);
		assertThat(filtered("svg", "problems").getStatus()).isEqualTo(400);
	}

	private WebEndpointResponse<Object> filtered(String format, String filter) {
		return filtered(this.endpoint, format, filter);
	}

	private WebEndpointResponse<Object> filtered(ManagedServicesEndpoint known, String format, String filter) {
		return new ManagedServicesEndpointWebExtension(known,
				new ServiceOperations(this.services, List.of(), Shown.TEXTS, InstantSource.system()), Shown.VALUES)
			.services(Representation.JSON_V3, format, null, null, filter, null, ANYBODY);
	}

	@Test
	void summaryHasWhatDoesNotGoWithoutSaying() {
		this.services.required("database").optional("pollBook", "database").required("notifier", "pollBook");
		this.services.moveAll(ServiceState.WAITING)
			.move("database", ServiceState.BACKOFF, null, new IllegalStateException("refused"))
			.attempt("database", new Attempt(2, Integer.MAX_VALUE, Instant.EPOCH));
		ServicesSummary summary = this.endpoint.summary(null, Shown.TEXTS);
		assertThat(summary.time()).isEqualTo(Instant.EPOCH);
		assertThat(summary.since()).isNull();
		assertThat(summary.notReady()).containsExactly("database", "notifier");
		assertThat(summary.writable()).isTrue();
		assertThat(summary.states()).containsEntry(ServiceState.WAITING, 2);
		ServicesSummary.Service database = Objects.requireNonNull(summary.services().get("database"));
		assertThat(database.attempt()).isEqualTo(new AttemptDescriptor(2, null, Instant.EPOCH));
		assertThat(database.problem()).isEqualTo("java.lang.IllegalStateException: refused");
		assertThat(database.required()).isNull();
		assertThat(database.kind()).isNull();
		ServicesSummary.Service pollBook = Objects.requireNonNull(summary.services().get("pollBook"));
		assertThat(pollBook.required()).isFalse();
		assertThat(pollBook.dependsOn()).containsExactly("database");
		ServicesSummary.Service notifier = Objects.requireNonNull(summary.services().get("notifier"));
		assertThat(notifier.waitsFor()).isEqualTo("pollBook");
		assertThat(notifier.rootCause()).isEqualTo("database");
	}

	@Test
	void summarySinceRevisionHasWhatChangedOnly() {
		this.services.required("database").required("pollBook", "database").required("audit");
		String first = this.endpoint.summary(null, Shown.TEXTS).revision();
		ServicesSummary unchanged = this.endpoint.summary(first, Shown.TEXTS);
		assertThat(unchanged.services()).isEmpty();
		assertThat(unchanged.revision()).isEqualTo(first);
		assertThat(unchanged.since()).isEqualTo(first);
		this.services.move("audit", ServiceState.RUNNING);
		ServicesSummary changed = this.endpoint.summary(first, Shown.TEXTS);
		assertThat(changed.services()).containsOnlyKeys("audit");
		assertThat(changed.states()).containsEntry(ServiceState.RUNNING, 1).containsEntry(ServiceState.STOPPED, 2);
		assertThat(this.endpoint.summary(changed.revision(), Shown.TEXTS).services()).isEmpty();
		assertThat(this.endpoint.summary(first, Shown.TEXTS).services()).as("asked again").containsOnlyKeys("audit");
		for (String unknown : List.of("", "x", first + "0", "other." + first.substring(9), first + "h")) {
			ServicesSummary all = this.endpoint.summary(unknown, Shown.TEXTS);
			assertThat(all.services()).as(unknown).hasSize(3);
			assertThat(all.since()).isNull();
		}
		assertThat(this.endpoint.summary(first, TextSanitizer.HIDING).services()).as("shown to others").hasSize(3);
	}

	@Test
	void summarySinceRevisionWhenBlockersChangeHasThoseWhoWait() {
		this.services.required("a").required("b").required("c", "a", "b");
		this.services.move("c", ServiceState.WAITING).move("b", ServiceState.RUNNING);
		String first = this.endpoint.summary(null, Shown.TEXTS).revision();
		this.services.move("a", ServiceState.RUNNING).move("b", ServiceState.STOPPED);
		assertThat(this.endpoint.summary(first, Shown.TEXTS).services()).containsOnlyKeys("a", "b", "c");
	}

	@Test
	void summarySinceRevisionWhenALeaseChangesHasTheLeases() {
		this.services.add(new ServiceDescriptor("polls", true, Activation.ENABLED, List.of(), ServiceKind.BEAN, "p"));
		assertThat(this.endpoint.summary(null, Shown.TEXTS).leases()).as("without leases").isNull();
		Holder other = new Holder("other", Instant.EPOCH);
		this.services.lease(lease(other, null, 0));
		ServicesSummary first = this.endpoint.summary(null, Shown.TEXTS);
		assertThat(first.leases()).containsExactly(Map.entry("p", new Lease(false, "other", Instant.EPOCH, null)));
		assertThat(Objects.requireNonNull(first.services().get("polls")).lease()).isEqualTo("p");
		assertThat(this.endpoint.summary(null, TextSanitizer.HIDING).leases()).extractingByKey("p")
			.extracting(Lease::holder)
			.isEqualTo("******");
		this.services.lease(lease(other, null, 7));
		assertThat(this.endpoint.summary(first.revision(), Shown.TEXTS).revision()).as("counts")
			.isEqualTo(first.revision());
		this.services.lease(lease(new Holder("third", null), null, 7));
		ServicesSummary changed = this.endpoint.summary(first.revision(), Shown.TEXTS);
		assertThat(changed.since()).isEqualTo(first.revision());
		assertThat(changed.services()).isEmpty();
		assertThat(changed.leases()).containsExactly(Map.entry("p", new Lease(false, "third", null, null)));
		this.services.lease(lease(new Holder("third", null), Instant.EPOCH.plusSeconds(60), 7));
		assertThat(this.endpoint.summary(changed.revision(), Shown.TEXTS).leases()).extractingByKey("p")
			.extracting(Lease::heldOffUntil)
			.isEqualTo(Instant.EPOCH.plusSeconds(60));
		String heldOff = this.endpoint.summary(null, Shown.TEXTS).revision();
		this.services.lease(lease(new Holder("third", null), Instant.EPOCH, 7));
		assertThat(this.endpoint.summary(heldOff, Shown.TEXTS).leases()).as("over")
			.extractingByKey("p")
			.extracting(Lease::heldOffUntil)
			.isNull();
	}

	private static LeaseSnapshot lease(Holder holder, @Nullable Instant heldOffUntil, long failures) {
		return new LeaseSnapshot("p", List.of("polls"), false, holder, heldOffUntil,
				new LeaseSnapshot.Counts(0, 0, 0, failures, null));
	}

	@Test
	void summarySinceRevisionWhenServicesOfAChildContextChangeHasThem() {
		this.services.required("database");
		ServicesSummary first = this.endpoint.summary(null, Shown.TEXTS);
		assertThat(first.children()).isNull();
		ScriptedServices child = new ScriptedServices().required("reader").required("page", "reader");
		this.services.child("web", child.move("page", ServiceState.WAITING));
		ServicesSummary come = this.endpoint.summary(first.revision(), Shown.TEXTS);
		assertThat(come.services()).isEmpty();
		assertThat(come.children()).containsOnlyKeys("web");
		assertThat(come.children().get("web")).containsOnlyKeys("reader", "page");
		assertThat(come.children().get("web").get("page").waitsFor()).isEqualTo("reader");
		assertThat(this.endpoint.summary(come.revision(), Shown.TEXTS).children()).isNull();
		child.move("reader", ServiceState.RUNNING);
		assertThat(this.endpoint.summary(come.revision(), Shown.TEXTS).children().get("web").get("reader").state())
			.isEqualTo(ServiceState.RUNNING);
		String before = this.endpoint.summary(null, Shown.TEXTS).revision();
		this.services.children().clear();
		assertThat(this.endpoint.summary(before, Shown.TEXTS).children()).isEmpty();
	}

	@Test
	void serviceTellsWhetherItsLeaseCanBeHeldOff() {
		this.services.required("plain")
			.add(new ServiceDescriptor("polls", true, Activation.ENABLED, List.of(), ServiceKind.BEAN, "p"));
		assertThat(this.endpoint.service("polls").operations())
			.contains(new PossibleOperation("hold-off", true, true, null));
		assertThat(this.endpoint.service("plain").operations()).contains(new PossibleOperation("hold-off", false, false,
				"Service 'plain' runs without a lease: there is nothing to hold off."));
	}

	@Test
	void summaryWhenThereAreThousandServicesIsSmall() throws Exception {
		for (int number = 0; number < 1000; number++) {
			String name = "service-%04d".formatted(number);
			this.services.required(name,
					(number < 10) ? new String[0] : new String[] { "service-%04d".formatted(number / 3) });
			this.services.move(name, ServiceState.RUNNING);
			this.services.timings(name, new Timings(Instant.EPOCH, Duration.ofMillis(12), null));
		}
		byte[] summary = json(this.endpoint.summary(null, Shown.TEXTS));
		assertThat(summary.length).isLessThan(150_000);
		assertThat(json(this.endpoint.services()).length).isGreaterThan(summary.length * 2);
		String revision = this.endpoint.summary(null, Shown.TEXTS).revision();
		assertThat(json(this.endpoint.summary(revision, Shown.TEXTS)).length).isLessThan(500);
	}

	// As Actuator writes it.
	private static byte[] json(Object body) {
		return JsonMapper.builder()
			.changeDefaultPropertyInclusion((value) -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
			.build()
			.writeValueAsBytes(body);
	}

	@Test
	void serviceTellsWhatCouldBeDone() {
		this.services.required("database");
		assertThat(Objects.requireNonNull(this.endpoint.service("database").operations()))
			.extracting(PossibleOperation::action)
			.contains("start", "stop", "clear-errors");
		ManagedServicesEndpoint readOnly = new ManagedServicesEndpoint(
				this.services, new ServiceTransitions(), history(), new ServiceSources((service) -> null,
						(service) -> null, new PossibleOperations(this.services, () -> false, () -> true)),
				Shown.VALUES, TIME);
		assertThat(Objects.requireNonNull(readOnly.service("database").operations()))
			.allSatisfy((operation) -> assertThat(operation.possible()).isFalse())
			.extracting(PossibleOperation::reason)
			.containsOnly("Writing is not allowed: management.endpoint.managedservices.access");
		assertThat(readOnly.summary(null, Shown.TEXTS).writable()).isFalse();
	}

	@Test
	void serviceWhenSecurityDoesNotLetWhoAsksWriteTellsThatNothingCouldBeDone() {
		this.services.required("database").move("database", ServiceState.RUNNING);
		PossibleOperations operations = new PossibleOperations(this.services, () -> true, () -> false);
		assertThat(operations.isAllowed()).isTrue();
		assertThat(operations.of("database")).allSatisfy((operation) -> assertThat(operation.possible()).isFalse())
			.extracting(PossibleOperation::reason)
			.containsOnly("The security of the application does not let you change services.");
		assertThat(this.endpoint.summary(null, Shown.TEXTS).notReady()).isNull();
	}

	@Test
	void extensionAnswersViewsAndTimeline() {
		this.services.required("database");
		ManagedServicesEndpointWebExtension extension = new ManagedServicesEndpointWebExtension(this.endpoint,
				new ServiceOperations(this.services, List.of(), Shown.TEXTS, TIME), Shown.VALUES);
		assertThat(extension.services(Representation.JSON, null, "summary", null, null, null, ANYBODY).getBody())
			.isInstanceOf(ServicesSummary.class);
		assertThat(extension.services(Representation.JSON, null, null, "1", null, null, ANYBODY).getBody())
			.isInstanceOf(ServicesSummary.class);
		assertThat(extension.services(Representation.JSON, null, "history", null, null, null, ANYBODY).getBody())
			.isInstanceOf(HistoryDescriptor.class);
		assertThat(extension.services(Representation.JSON, null, "short", null, null, null, ANYBODY).getBody())
			.isEqualTo(new ErrorDescriptor("View 'short' does not exist: expected one of details, summary, history"));
		assertThat(extension.services(Representation.JSON, null, "details", "1", null, null, ANYBODY).getStatus())
			.isEqualTo(400);
		WebEndpointResponse<Object> timeline = extension.services(Representation.JSON, "timeline", null, null, null,
				null, ANYBODY);
		assertThat(timeline.getContentType()).hasToString("image/svg+xml;charset=UTF-8");
		assertThat(timeline.getBody()).asString().startsWith("<svg").contains("not started yet");
	}

	@Test
	void extensionDrawsTheCriticalPathOfTheLastStart() {
		this.services.required("database").required("pollBook", "database").required("audit");
		StartRecorder starts = new StartRecorder();
		this.services.addListener(starts);
		ManagedServicesEndpoint known = new ManagedServicesEndpoint(this.services, new ServiceTransitions(),
				history(starts), sources((service) -> null), Shown.VALUES, TIME);
		this.services.tell(new LifecycleEvent.Starting(3));
		start("audit", 10);
		start("database", 20);
		start("pollBook", 30);
		this.services.tell(new LifecycleEvent.Started(Duration.ofMillis(30), null));
		start("audit", 5000);
		assertThat(filtered(known, "mermaid", "critical-path").getBody()).asString()
			.contains("database", "pollBook")
			.doesNotContain("audit");
		assertThat(filtered("mermaid", "critical-path").getBody()).asString().doesNotContain("database");
	}

	private void start(String name, long took) {
		this.services.move(name, ServiceState.STARTING)
			.timings(name, new Timings(Instant.EPOCH, Duration.ofMillis(took), null))
			.move(name, ServiceState.RUNNING);
	}

	private static ServicesHistory history() {
		return history(new StartRecorder());
	}

	private static ServicesHistory history(StartRecorder starts) {
		return new ServicesHistory(starts, new StopRecorder(), new EpisodeRecorder(TIME));
	}

	private ServiceSources sources(Function<String, @Nullable ItemsSnapshot> items) {
		return new ServiceSources(items, (service) -> null,
				new PossibleOperations(this.services, () -> true, () -> true));
	}

}
