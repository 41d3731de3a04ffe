// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

import io.managedservices.ScriptedServices;
import io.managedservices.ServedServices;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.monitor.WorkSnapshot.EventStatus;
import io.managedservices.monitor.WorkSnapshot.MicroTaskStatus;
import io.managedservices.monitor.WorkSnapshot.TaskState;
import io.managedservices.monitor.WorkSnapshot.TaskStatus;
import io.managedservices.monitor.WorkSnapshot.TickerStatus;
import io.managedservices.monitor.WorkSnapshot.WorkerState;
import io.managedservices.monitor.WorkSnapshot.WorkerStatus;
import io.managedservices.monitor.Workload;
import io.managedservices.state.Condition.Severity;
import io.managedservices.state.ServiceState;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the endpoint over HTTP and JMX.
 */
class ManagedServicesEndpointIntegrationTests {

	private final ScriptedServices services = new ScriptedServices().required("database")
		.required("pollBook", "database");

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointAnswersOverHttp(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN)) {
			this.services.move("database", ServiceState.BACKOFF, null, new IllegalStateException("refused"))
				.move("pollBook", ServiceState.WAITING);
			ServedServices.Answer all = application.get("/actuator/managedservices");
			assertThat(all.code()).isEqualTo(200);
			assertThat(all.type()).contains("json");
			assertThat(all.<Boolean>json("$.ready")).isFalse();
			assertThat(all.<Map<String, ?>>json("$.states")).containsOnlyKeys("BACKOFF", "WAITING");
			assertThat(all.<List<String>>json("$.services.pollBook.blockers[*].name")).containsExactly("database");

			ServedServices.Answer one = application.get("/actuator/managedservices/pollBook");
			assertThat(one.<String>json("$.state")).isEqualTo("WAITING");
			assertThat(one.<String>json("$.blockers[0].reason")).isEqualTo("java.lang.IllegalStateException: refused");
			assertThat(one.<String>json("$.dependencies[0].origin")).isEqualTo("dependsOn of 'pollBook'");
			assertThat(one.<String>json("$.transitions[0].to")).isEqualTo("WAITING");
			assertThat(one.<String>json("$.since")).startsWith("1970-01-01T");

			ServedServices.Answer unknown = application.get("/actuator/managedservices/nobody");
			assertThat(unknown.code()).isEqualTo(404);
			assertThat(unknown.<String>json("$.error")).isEqualTo("There is no service 'nobody'.");

			ServedServices.Answer mermaid = application.get("/actuator/managedservices?format=mermaid");
			assertThat(mermaid.type()).isEqualTo("text/plain;charset=UTF-8");
			assertThat(mermaid.body()).startsWith("flowchart TD\n").contains("n1 --> n0");

			ServedServices.Answer dot = application.getAccepting("text/vnd.graphviz",
					"/actuator/managedservices/pollBook?format=dot");
			assertThat(dot.type()).isEqualTo("text/vnd.graphviz;charset=UTF-8");
			assertThat(dot.body()).startsWith("digraph").contains("n1 -> n0;");

			ServedServices.Answer bad = application.get("/actuator/managedservices?format=svg");
			assertThat(bad.code()).isEqualTo(400);
			assertThat(bad.<String>json("$.error"))
				.endsWith("expected one of json, mermaid, dot, and timeline for all services");
			assertThat(application.getAccepting("text/plain", "/actuator/managedservices?format=mermaid").code())
				.isEqualTo(200);

			ServedServices.Answer summary = application.get("/actuator/managedservices?view=summary");
			assertThat(summary.<String>json("$.services.pollBook.rootCause")).isEqualTo("database");
			String revision = summary.json("$.revision");
			ServedServices.Answer unchanged = application.get("/actuator/managedservices?since=" + revision);
			assertThat(unchanged.<Map<String, ?>>json("$.services")).isEmpty();
			assertThat(unchanged.<String>json("$.since")).isEqualTo(revision);
			assertThat(application.get("/actuator/managedservices?view=history").<List<?>>json("$.episodes")).isEmpty();
			assertThat(application.get("/actuator/managedservices?format=timeline").type())
				.isEqualTo("image/svg+xml;charset=UTF-8");
			assertThat(application.getAccepting("application/json", "/actuator/managedservices").type())
				.isEqualTo("application/json");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointAnswersWhatIsAccepted(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN)) {
			for (String path : List.of("/actuator/managedservices", "/actuator/managedservices/pollBook")) {
				assertAnswer(application, "text/plain", path, "text/plain;charset=UTF-8", "flowchart TD");
				assertAnswer(application, "text/vnd.graphviz", path, "text/vnd.graphviz;charset=UTF-8", "digraph");
				assertAnswer(application, "text/plain, */*;q=0.1", path, "application/vnd.spring-boot.actuator.v3+json",
						"{");
				assertAnswer(application, "text/html, application/json, */*", path, "application/json", "{");
				assertAnswer(application, "*/*", path, "application/vnd.spring-boot.actuator.v3+json", "{");
				assertAnswer(application, "application/vnd.spring-boot.actuator.v2+json", path,
						"application/vnd.spring-boot.actuator.v2+json", "{");
				assertAnswer(application, "text/plain", path + "?format=json", "application/json", "{");
				assertAnswer(application, "application/json", path + "?format=dot", "text/vnd.graphviz;charset=UTF-8",
						"digraph");
				assertThat(application.getAccepting("image/png", path).code()).isEqualTo(406);
			}
			ServedServices.Answer unknown = application.getAccepting("text/plain", "/actuator/managedservices/nobody");
			assertThat(unknown.code()).isEqualTo(404);
			assertThat(unknown.<String>json("$.error")).isEqualTo("There is no service 'nobody'.");
			assertThat(application.getAccepting("text/plain", "/actuator/managedservices?format=svg").code())
				.isEqualTo(400);
		}
	}

	private static void assertAnswer(ServedServices application, String accepted, String path, String type,
			String begin) {
		ServedServices.Answer answer = application.getAccepting(accepted, path);
		assertThat(answer.code()).isEqualTo(200);
		assertThat(answer.type()).isEqualTo(type);
		assertThat(answer.body()).startsWith(begin);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointShowsWorkOfServicesThatHaveAny(WebApplicationType type) {
		this.services
			.workload(new Workload(4, 1, 2, 8, 3, new Workload.Lines(5, 6, Workload.Waits.NONE,
					new Workload.Waits(7, Duration.ofMillis(1500), Duration.ofSeconds(1)), Workload.Waits.NONE)))
			.work("pollBook", new WorkSnapshot(false,
					List.of(new WorkerStatus("votes", WorkerState.RUNNING, 1, 0, null)),
					new WorkSnapshot.Tasks(List.of(new TaskStatus("recount", TaskState.IDLE, Instant.EPOCH, null,
							Duration.ofMillis(1500), null)), 1, 2),
					List.of(new TickerStatus("every PT5S", Duration.ofSeconds(5), 3, null,
							new WorkSnapshot.LastRun(null, null, null))),
					new WorkSnapshot.Traffic(new MicroTaskStatus(0, 10, 1,
							new Workload.Lines(5, 6, Workload.Waits.NONE, Workload.Waits.NONE, Workload.Waits.NONE)),
							new EventStatus(4, 0, 0, 0, 2)),
					new WorkSnapshot.Failures(
							List.of(new ServiceFailure(new ServiceFailure.Source("pollBook", WorkKind.TASK, "recount"),
									new IllegalStateException("item 7"),
									List.of(new StackTraceElement("org.example.Mail", "read", "Mail.java", 42)),
									Instant.EPOCH, Severity.WARNING)),
							1)));
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN)) {
			ServedServices.Answer all = application.get("/actuator/managedservices");
			assertThat(all.<Map<String, Object>>json("$.workload")).containsEntry("taskSlots", 4)
				.containsEntry("microTaskLimit", 8)
				.containsEntry("lowWaiting", 6)
				.containsEntry("mediumWaits", Map.of("begun", 7, "total", "PT1.5S", "totalMillis", 1500, "longest",
						"PT1S", "longestMillis", 1000));
			assertThat(all.<List<?>>json("$..work")).isEmpty();
			assertThat(application.get("/actuator/managedservices/database").<List<?>>json("$..work")).isEmpty();
			ServedServices.Answer one = application.get("/actuator/managedservices/pollBook");
			assertThat(one.<Map<String, Object>>json("$.work.workers[0]")).containsExactlyInAnyOrderEntriesOf(
					Map.of("name", "votes", "state", "RUNNING", "attempt", 1, "failedAttempts", 0));
			assertThat(one.<Map<String, Object>>json("$.work.tasks[0]"))
				.containsExactlyInAnyOrderEntriesOf(Map.of("name", "recount", "state", "IDLE", "next",
						"1970-01-01T00:00:00Z", "lastDuration", "PT1.5S", "lastMillis", 1500));
			assertThat(one.<Map<String, Object>>json("$.work.tickers[0]")).containsExactlyInAnyOrderEntriesOf(
					Map.of("name", "every PT5S", "interval", "PT5S", "intervalMillis", 5000, "ticks", 3));
			assertThat(one.<Map<String, Object>>json("$.work.microTasks")).containsEntry("finished", 10)
				.containsEntry("mediumWaiting", 5)
				.containsEntry("lowWaiting", 6)
				.containsEntry("mediumWaits",
						Map.of("begun", 0, "total", "PT0S", "totalMillis", 0, "longest", "PT0S", "longestMillis", 0));
			assertThat(one.<Integer>json("$.work.taskCount")).isEqualTo(1);
			assertThat(one.<Integer>json("$.work.tasksQueued")).isEqualTo(2);
			assertThat(one.<Map<String, Object>>json("$.work.events")).containsExactlyInAnyOrderEntriesOf(
					Map.of("emitted", 4, "delivered", 0, "held", 0, "dropped", 0, "exposedDropped", 2));
			assertThat(one.<Map<String, Object>>json("$.work.failures[0]"))
				.containsExactlyInAnyOrderEntriesOf(Map.of("at", "1970-01-01T00:00:00Z", "kind", "task", "name",
						"recount", "severity", "WARNING", "error", "java.lang.IllegalStateException: item 7", "stack",
						List.of("org.example.Mail.read(Mail.java:42)")));
			assertThat(one.<Integer>json("$.work.failureCount")).isEqualTo(1);
			assertThat(one.<Boolean>json("$.work.asleep")).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointWhenNameHasSlashesFindsIt(WebApplicationType type) {
		this.services.required("feeds/eu west/1%", "database");
		try (ServedServices application = ServedServices.run(this.services, type, ServedServices.SHOWN)) {
			String path = "/actuator/managedservices/feeds/eu%20west/1%25";
			assertThat(application.get(path).<String>json("$.name")).isEqualTo("feeds/eu west/1%");
			assertThat(application.get(path + "?format=dot").body()).startsWith("digraph").contains("eu west");
			ServedServices.Answer group = application.get("/actuator/managedservices/feeds");
			assertThat(group.code()).isEqualTo(404);
			assertThat(group.<String>json("$.error")).isEqualTo("There is no service 'feeds'.");
			assertThat(application.get("/actuator/managedservices/").code()).isEqualTo(404);
			assertThat(application.get("/actuator/managedservices").<List<?>>json("$.services.*")).hasSize(3);
		}
	}

	@Test
	void endpointAnswersOverJmx() throws Exception {
		try (ServedServices application = ServedServices.run(this.services, WebApplicationType.NONE,
				ServedServices.SHOWN, "spring.jmx.enabled=true", "spring.jmx.default-domain=readers",
				"management.endpoints.jmx.exposure.include=managedservices")) {
			this.services.move("database", ServiceState.RUNNING);
			MBeanServer server = ManagementFactory.getPlatformMBeanServer();
			ObjectName name = new ObjectName("readers:type=Endpoint,name=Managedservices");
			Object all = server.invoke(name, "services", new Object[0], new String[0]);
			assertThat(all).asString().contains("database").contains("RUNNING");
			Object one = server.invoke(name, "service", new Object[] { "database" },
					new String[] { Object.class.getName() });
			assertThat(one).asString().contains("transitions").contains("since=1970");
			assertThat(application.context().containsBean("managedServicesEndpointWebExtension")).isTrue();
		}
	}

}
