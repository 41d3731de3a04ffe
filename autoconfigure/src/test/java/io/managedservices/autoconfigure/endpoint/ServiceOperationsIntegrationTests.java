// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.security.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;
import io.managedservices.work.Task;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for operations over HTTP on services that really run.
 */
class ServiceOperationsIntegrationTests {

	private static final String PATH = "/actuator/managedservices";

	/** The tests have two of them, and Boot wants one for the endpoints. */
	private static final String ONE_REACTIVE_SERVER = "spring.autoconfigure.exclude=org.springframework.boot"
			+ ".tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

	private static final String UNRESTRICTED = "management.endpoint.managedservices.access=unrestricted";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void stopAndStartDoWhatTheDryRunTellsAndCanBeFollowed(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN, UNRESTRICTED,
				"management.endpoint.health.show-details=always")) {
			Journal journal = application.context().getBean(Journal.class);
			Answer plan = application.post(PATH + "/database", "{\"action\": \"stop\", \"dryRun\": true}");
			assertThat(plan.code()).isEqualTo(200);
			assertThat(plan.<List<String>>json("$.stop")).containsExactly("mail/out", "pollBook", "database");
			assertThat(plan.<List<String>>json("$.start")).isEmpty();
			assertThat(state(application, "database")).isEqualTo(ServiceState.RUNNING);

			journal.transitions.clear();
			Answer stop = application.post(PATH + "/database", "{\"action\": \"stop\"}");
			assertThat(stop.code()).isEqualTo(202);
			assertThat(stop.<String>json("$.action")).isEqualTo("stop");
			assertThat(stop.<String>json("$.service")).isEqualTo("database");
			awaitSuccess(application, stop);
			assertThat(journal.entered(ServiceState.STOPPING))
				.containsExactlyElementsOf(plan.<List<String>>json("$.stop"));
			Answer database = application.get(PATH + "/database");
			assertThat(database.<String>json("$.state")).isEqualTo("STOPPED");
			assertThat(database.<String>json("$.stopReason")).isEqualTo("OPERATOR");
			assertThat(database.<List<String>>json("$.neededBy")).containsExactlyInAnyOrder("pollBook", "mail/out");
			assertThat(
					application.get("/actuator/health/managedServices/database").<String>json("$.details.stopReason"))
				.isEqualTo("OPERATOR");
			assertThat(application.get(PATH + "/mail/out").<String>json("$.blockers[1].reason"))
				.isEqualTo("stopped by the operator");

			Answer startPlan = application.post(PATH + "/database", "{\"action\": \"start\", \"dryRun\": \"true\"}");
			assertThat(startPlan.<List<String>>json("$.start")).containsExactly("database", "pollBook", "mail/out");
			journal.transitions.clear();
			awaitSuccess(application, application.post(PATH + "/database", "{\"action\": \"start\"}"));
			Awaitility.await().until(() -> state(application, "mail/out") == ServiceState.RUNNING);
			Awaitility.await()
				.untilAsserted(() -> assertThat(journal.entered(ServiceState.RUNNING))
					.containsExactlyElementsOf(startPlan.<List<String>>json("$.start")));
			assertThat(state(application, "clock")).isEqualTo(ServiceState.RUNNING);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void activationChangesMoveWhatIsNeeded(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN, UNRESTRICTED)) {
			awaitSuccess(application, application.post(PATH + "/clock", "{\"action\": \"on-demand\"}"));
			assertThat(state(application, "clock")).isEqualTo(ServiceState.STOPPED);
			assertThat(application.get(PATH + "/clock").<String>json("$.activation")).isEqualTo("ON_DEMAND");
			Answer refused = application.post(PATH + "/clock", "{\"action\": \"start\"}");
			assertThat(refused.code()).isEqualTo(409);
			assertThat(refused.<String>json("$.error")).contains("'clock' is on demand", "enable it");
			awaitSuccess(application, application.post(PATH + "/mail/out", "{\"action\": \"disable\"}"));
			assertThat(state(application, "mail/out")).isEqualTo(ServiceState.STOPPED);
			assertThat(application.context().getBean(ManagedServices.class).snapshot("mail/out").activation())
				.isEqualTo(Activation.DISABLED);
			awaitSuccess(application, application.post(PATH + "/mail/out", "{\"action\": \"enable\"}"));
			assertThat(state(application, "mail/out")).isEqualTo(ServiceState.RUNNING);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void attemptsThatAreNotPossibleTellWhyAndAreAudited(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN, UNRESTRICTED)) {
			Answer retry = application.post(PATH + "/database", "{\"action\": \"retry\"}");
			assertThat(retry.code()).isEqualTo(409);
			assertThat(retry.<String>json("$.error"))
				.isEqualTo("Service 'database' is RUNNING: only one that is FAILED or in BACKOFF can be tried again.");
			Answer unknownAction = application.post(PATH + "/database", "{\"action\": \"explode\"}");
			assertThat(unknownAction.code()).isEqualTo(400);
			assertThat(unknownAction.<String>json("$.error")).contains("'explode'",
					"start, stop, restart, retry, fail, enable, disable, on-demand");
			assertThat(application.post(PATH + "/database", "{}").<String>json("$.error"))
				.startsWith("The action is missing");
			Answer unknownService = application.post(PATH + "/databas", "{\"action\": \"stop\"}");
			assertThat(unknownService.code()).isEqualTo(404);
			assertThat(unknownService.<String>json("$.error"))
				.isEqualTo("There is no service 'databas'. Did you mean 'database'?");
			Answer unknownOperation = application.get(PATH + "?operation=7");
			assertThat(unknownOperation.code()).isEqualTo(404);
			assertThat(unknownOperation.<String>json("$.error")).startsWith("There is no operation '7'");

			Answer restart = application.post(PATH + "/mail/out", "{\"action\": \"restart\"}");
			awaitSuccess(application, restart);
			Journal journal = application.context().getBean(Journal.class);
			Awaitility.await().untilAsserted(() -> assertThat(journal.audited).hasSize(6));
			String who = (type == WebApplicationType.SERVLET) ? "ada" : "anonymous";
			assertThat(journal.audited).extracting(AuditEvent::getPrincipal).containsOnly(who);
			assertThat(journal.audited).extracting(AuditEvent::getType).containsOnly("MANAGED_SERVICE_OPERATION");
			assertThat(journal.audited).extracting((event) -> event.getData().get("outcome"))
				.containsExactly("refused", "invalid", "invalid", "unknown-service", "accepted", "succeeded");
			assertThat(journal.audited.get(5).getData()).containsAllEntriesOf(Map.of("action", "restart", "service",
					"mail/out", "dryRun", false, "operation", restart.<String>json("$.operation")));
			MeterRegistry registry = application.context().getBean(MeterRegistry.class);
			assertThat(registry.get("managed.services.operations")
				.tags("action", "retry", "outcome", "refused")
				.counter()
				.count()).isEqualTo(1);
			assertThat(registry.get("managed.services.operations")
				.tags("action", "unknown", "outcome", "invalid")
				.counter()
				.count()).isEqualTo(2);
			assertThat(registry.get("managed.services.operations.completed")
				.tags("action", "restart", "outcome", "succeeded")
				.counter()
				.count()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void postWhenBodyHasWhatDoesNotExistIsRefusedAndDoesNothing(WebApplicationType type) {
		Map<String, String> expected = new LinkedHashMap<>();
		expected.put("{\"action\": \"stop\", \"dryrun\": true}", "Did you mean 'dryRun'?");
		expected.put("{\"action\": \"stop\", \"dry-run\": true}", "Did you mean 'dryRun'?");
		expected.put("{\"action\": \"stop\", \"dry_run\": \"true\"}", "Did you mean 'dryRun'?");
		expected.put("{\"action\": \"stop\", \"dryRunn\": true}", "Did you mean 'dryRun'?");
		expected.put("{\"action\": \"stop\", \"dryRun\": null}", "'dryRun' is null: expected true, false");
		expected.put("{\"action\": \"stop\", \"dryRun\": 1}", "dryRun '1' is not known");
		expected.put("{\"action\": \"stop\", \"dryRun\": \"yes\"}", "dryRun 'yes' is not known");
		expected.put("{\"action\": \"stop\", \"force\": true}", "Field 'force' does not exist");
		expected.put("{\"action\": \"stop\", \"parts\": \"clock\"}", "Field 'parts' does not exist");
		expected.put("{\"Action\": \"stop\"}", "Did you mean 'action'?");
		expected.put("{\"action\": null}", "'action' is null");
		expected.put("{\"action\": \"STOP\"}", "Did you mean 'stop'?");
		expected.put("{\"action\": \"clear_errors\"}", "Did you mean 'clear-errors'?");
		expected.put("{\"action\": \"stopp\"}", "Did you mean 'stop'?");
		expected.put("{\"action\": \"queue\"}", "The task is missing");
		expected.put("{\"action\": \"queue\", \"task\": 7}", "Service 'database' has no task '7', nor any other");
		expected.put("{\"action\": \"queue\", \"task\": null}", "Field 'task' is null: expected the name of a task");
		expected.put("{\"action\": \"queue\", \"Task\": \"recount\"}", "Did you mean 'task'?");
		try (ServedServices application = ServedServices.run(Polls.class, type, UNRESTRICTED)) {
			Journal journal = application.context().getBean(Journal.class);
			journal.transitions.clear();
			expected.forEach((body, error) -> {
				Answer answer = application.post(PATH + "/database", body);
				assertThat(answer.code()).as(body).isEqualTo(400);
				assertThat(answer.<String>json("$.error")).as(body).contains(error);
			});
			assertThat(application.post(PATH + "/database?dry-run=true", "{\"action\": \"stop\"}").code())
				.isEqualTo(400);
			assertThat(application.post(PATH + "/database", "{\"action\": \"stop\", \"dryRun\": {}}").code())
				.isEqualTo(400);
			assertThat(application.post(PATH + "/database", "{\"action\": [\"stop\"]}").code()).isEqualTo(400);
			assertThat(application.post(PATH + "/database", "{\"action\": \"stop\"").code()).isEqualTo(400);
			assertThat(journal.transitions).isEmpty();
			Awaitility.await()
				.untilAsserted(() -> assertThat(journal.audited).hasSize(expected.size() + 1)
					.extracting((event) -> event.getData().get("outcome"))
					.containsOnly("invalid"));
			assertThat(application.post(PATH + "/database?dryRun=true", "{\"action\": \"stop\"}").code())
				.isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void queueRunsTaskOfRunningService(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN, UNRESTRICTED)) {
			Recounting recounting = application.context().getBean(Recounting.class);
			awaitSuccess(application,
					application.post(PATH + "/recounting", "{\"action\": \"queue\", \"task\": \"recount\"}"));
			Awaitility.await().until(() -> recounting.count.get() == 1);
			Answer misspelt = application.post(PATH + "/recounting", "{\"action\": \"queue\", \"task\": \"recuont\"}");
			assertThat(misspelt.code()).isEqualTo(400);
			assertThat(misspelt.<String>json("$.error")).contains("'recuont'", "there is 'recount'");
			assertThat(application.post(PATH + "/recuonting", "{\"action\": \"queue\", \"task\": \"recount\"}").code())
				.isEqualTo(404);
			awaitSuccess(application, application.post(PATH + "/recounting", "{\"action\": \"stop\"}"));
			Answer refused = application.post(PATH + "/recounting", "{\"action\": \"queue\", \"task\": \"recount\"}");
			assertThat(refused.code()).isEqualTo(409);
			assertThat(refused.<String>json("$.error")).isEqualTo(
					"Task 'recount' of service 'recounting' cannot be queued: expected the service to be running, and it is STOPPED");
			assertThat(recounting.count).hasValue(1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void clearErrorsForgetsWhatServiceHasReported(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN, UNRESTRICTED)) {
			ManagedServices services = application.context().getBean(ManagedServices.class);
			application.context().getBean(Reporting.class).report();
			Awaitility.await().until(() -> !services.snapshot("importer").healthy());
			Answer before = application.get(PATH + "/importer");
			assertThat(before.<List<String>>json("$.reports.errors[*].error")).singleElement()
				.satisfies((error) -> assertThat(error).contains("line 7"));
			Answer plan = application.post(PATH + "/importer", "{\"action\": \"clear-errors\", \"dryRun\": true}");
			assertThat(plan.code()).isEqualTo(200);
			assertThat(plan.<List<String>>json("$.stop")).isEmpty();
			assertThat(services.snapshot("importer").healthy()).as("after the dry run").isFalse();
			awaitSuccess(application, application.post(PATH + "/importer", "{\"action\": \"clear-errors\"}"));
			Answer after = application.get(PATH + "/importer");
			assertThat(after.<Boolean>json("$.healthy")).isTrue();
			assertThat(after.<String>json("$.state")).isEqualTo("RUNNING");
			assertThat(after.body()).doesNotContain("line 7");
			Journal journal = application.context().getBean(Journal.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(journal.audited).extracting((event) -> event.getData().get("outcome"))
					.containsExactly("planned", "accepted", "succeeded"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void postWhenAccessIsNotConfiguredIsNotAllowedAndChangesNothing(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN)) {
			Journal journal = application.context().getBean(Journal.class);
			journal.transitions.clear();
			assertThat(application.post(PATH + "/database", "{\"action\": \"stop\"}").code()).isEqualTo(405);
			assertThat(application.get(PATH + "/database").<String>json("$.state")).isEqualTo("RUNNING");
			assertThat(journal.transitions).isEmpty();
			assertNotAllowed(application, type, "database");
			application.post("/actuator/health", "{}");
			application.post(PATH, "{}");
			assertThat(application.post(PATH + "/mail/out", "{}").code()).isEqualTo(405);
			assertThat(journal.audited).hasSize(2);
			assertThat(journal.audited.get(1).getData()).containsEntry("service", "mail/out");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void postToManagementPortWhenAccessIsNotConfiguredIsNotAllowedAndIsAudited(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(Polls.class, type, ServedServices.SHOWN,
				"management.server.port=0", ONE_REACTIVE_SERVER, "management.endpoints.web.base-path=/manage",
				"management.endpoint.managedservices.access=read-only")) {
			Answer answer = application.postManagement("/manage/managedservices/database", "{\"action\": \"stop\"}");
			assertThat(answer.code()).isEqualTo(405);
			assertNotAllowed(application, WebApplicationType.NONE, "database");
		}
	}

	private static void assertNotAllowed(ServedServices application, WebApplicationType type, String service) {
		Journal journal = application.context().getBean(Journal.class);
		Awaitility.await().untilAsserted(() -> assertThat(journal.audited).hasSize(1));
		AuditEvent audited = journal.audited.get(0);
		assertThat(audited.getPrincipal()).isEqualTo((type == WebApplicationType.SERVLET) ? "ada" : "anonymous");
		assertThat(audited.getData()).containsAllEntriesOf(Map.of("action", "", "service", service, "outcome",
				"not-allowed", "message", "Writing is not allowed: management.endpoint.managedservices.access"));
		assertThat(application.context()
			.getBean(MeterRegistry.class)
			.get("managed.services.operations")
			.tags("action", "unknown", "outcome", "not-allowed")
			.counter()
			.count()).isEqualTo(1);
	}

	private static void awaitSuccess(ServedServices application, Answer accepted) {
		assertThat(accepted.code()).isEqualTo(202);
		String path = PATH + "?operation=" + accepted.<String>json("$.operation");
		Awaitility.await().until(() -> !application.get(path).<String>json("$.status").equals("PENDING"));
		Answer ended = application.get(path);
		assertThat(ended.<String>json("$.status")).isEqualTo("SUCCEEDED");
		assertThat(ended.<String>json("$.service")).isEqualTo(accepted.<String>json("$.service"));
	}

	private static ServiceState state(ServedServices application, String name) {
		return application.context().getBean(ManagedServices.class).snapshot(name).state();
	}

	static class Journal implements LifecycleListener {

		private final List<ServiceSnapshot> transitions = new CopyOnWriteArrayList<>();

		private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

		@Override
		public void onEvent(LifecycleEvent event) {
			if (event instanceof LifecycleEvent.StateChanged changed) {
				this.transitions.add(changed.service());
			}
		}

		@EventListener
		void audited(AuditApplicationEvent event) {
			this.audited.add(event.getAuditEvent());
		}

		private List<String> entered(ServiceState state) {
			return new ArrayList<>(this.transitions.stream()
				.filter((service) -> service.state() == state)
				.map(ServiceSnapshot::name)
				.toList());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Polls {

		@Bean
		Journal journal() {
			return new Journal();
		}

		@Bean
		ServiceRegistration database() {
			return new ServiceRegistration("database", new Quiet());
		}

		@Bean
		ServiceRegistration pollBook() {
			return new ServiceRegistration("pollBook", new Quiet()).dependsOn("database");
		}

		@Bean
		ServiceRegistration mail() {
			return new ServiceRegistration("mail/out", new Quiet()).dependsOn("pollBook");
		}

		@Bean
		ServiceRegistration clock() {
			return new ServiceRegistration("clock", new Quiet());
		}

		@Bean
		Reporting reporting() {
			return new Reporting();
		}

		@Bean
		ServiceRegistration importer(Reporting reporting) {
			return new ServiceRegistration("importer", reporting);
		}

		@Bean
		Recounting recounts() {
			return new Recounting();
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		Filter authentication() {
			Principal ada = () -> "ada";
			return (request, response, chain) -> chain
				.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public Principal getUserPrincipal() {
						return ada;
					}

				}, response);
		}

	}

	private static final class Reporting implements ServiceLifecycle {

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
		}

		void report() {
			Objects.requireNonNull(this.context).reportError(new IllegalArgumentException("line 7"));
		}

	}

	@ManagedService(name = "recounting")
	static class Recounting {

		private final AtomicInteger count = new AtomicInteger();

		@Task
		void recount() {
			this.count.incrementAndGet();
		}

	}

	private static final class Quiet implements ServiceLifecycle {

	}

}
