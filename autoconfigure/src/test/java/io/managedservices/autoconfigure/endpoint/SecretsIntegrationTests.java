// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServedServices.Answer;
import io.managedservices.ServiceComponent;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for what is told of secrets in texts of others, wherever it can be
 * read.
 */
class SecretsIntegrationTests {

	/** Something that nobody can tell to be a secret. */
	private static final String PLAIN = "correcthorse";

	/** A password that can be told as such. */
	private static final String PASSWORD = "batterystaple";

	private static final String TEXT = PLAIN + " at jdbc:postgresql://joe:" + PASSWORD + "@db/polls\n\u001b\ud800";

	private static final String[] PROPERTIES = { "managed-services.startup.mode=background",
			"managed-services.startup.on-failure=continue", "managed-services.services.broken.retry.max-retries=0",
			"management.endpoint.health.show-details=always", "management.endpoint.managedservices.access=unrestricted",
			"management.endpoint.health.validate-group-membership=false" };

	private static final List<String> PATHS = List.of("/actuator/health", "/actuator/health/readiness",
			"/actuator/health/startup", "/actuator/health/managedServices/broken",
			"/actuator/health/managedServices/waiting", "/actuator/health/managedServices/talking",
			"/actuator/managedservices", "/actuator/managedservices/broken", "/actuator/managedservices/waiting",
			"/actuator/managedservices/talking", "/actuator/managedservices/starting",
			"/actuator/health/managedServices/starting", "/actuator/managedservices?format=mermaid",
			"/actuator/managedservices?format=dot", "/actuator/metrics", "/actuator/metrics/managed.services.failures",
			"/actuator/conditions");

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersWhenValuesAreHiddenTellTypesOnly(WebApplicationType type) {
		try (ServedServices application = run(type)) {
			for (String path : PATHS) {
				Answer answer = application.get(path);
				assertThat(answer.code()).as(path).isIn(200, 503);
				assertThat(answer.body()).as(path).doesNotContain(PLAIN, PASSWORD);
			}
			Answer broken = application.get("/actuator/managedservices/broken");
			assertThat(broken.<String>json("$.state")).isEqualTo("FAILED");
			assertThat(broken.<String>json("$.failure"))
				.isEqualTo("java.lang.IllegalStateException: ******, caused by java.io.IOException: ******");
			assertThat(broken.<List<String>>json("$.transitions[*].failure"))
				.contains("java.lang.IllegalStateException: ******, caused by java.io.IOException: ******");
			assertThat(application.get("/actuator/managedservices/waiting").<String>json("$.blockers[0].reason"))
				.startsWith("java.lang.IllegalStateException: ******, caused by java.io.IOException: ****** (given up");
			Answer talking = application.get("/actuator/managedservices/talking");
			assertThat(application.get("/actuator/managedservices/starting").<String>json("$.status"))
				.isEqualTo("******");
			assertThat(talking.<String>json("$.reports.conditions[0].id")).isEqualTo("disk");
			assertThat(talking.<String>json("$.reports.conditions[0].title")).isEqualTo("******");
			assertThat(talking.<String>json("$.work.failures[0].error")).isEqualTo("java.io.IOException: ******");
			assertThat(talking.<List<String>>json("$.work.failures[0].stack")).isEmpty();
			Answer health = application.get("/actuator/health/managedServices/waiting");
			assertThat(health.<String>json("$.details.rootCause")).startsWith("'broken' is FAILED: ")
				.contains("java.io.IOException");
			assertOperationTells(application, false);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersWhenValuesAreShownTellAllButPasswords(WebApplicationType type) {
		try (ServedServices application = run(type, "management.endpoint.managedservices.show-values=always")) {
			for (String path : PATHS) {
				assertThat(application.get(path).body()).as(path).doesNotContain(PASSWORD);
			}
			String shown = PLAIN + " at jdbc:postgresql://joe:******@db/polls\\n\\u001b\\ud800";
			Answer broken = application.get("/actuator/managedservices/broken");
			assertThat(broken.<String>json("$.failure")).isEqualTo("java.lang.IllegalStateException: outer " + shown
					+ ", caused by java.io.IOException: inner " + shown);
			Answer talking = application.get("/actuator/managedservices/talking");
			assertThat(application.get("/actuator/managedservices/starting").<String>json("$.status"))
				.isEqualTo("status " + shown);
			assertThat(talking.<String>json("$.reports.conditions[0].title")).isEqualTo("title " + shown);
			assertThat(talking.<String>json("$.reports.conditions[0].message")).isEqualTo("message " + shown);
			assertThat(talking.<String>json("$.reports.errors[0].error"))
				.isEqualTo("java.io.IOException: error " + shown);
			assertThat(talking.<List<String>>json("$.work.failures[0].stack")).isNotEmpty();
			assertThat(application.get("/actuator/health/managedServices/starting").<String>json("$.details.status"))
				.isEqualTo("status " + shown);
			assertThat(application.get("/actuator/health/managedServices/waiting").<String>json("$.details.rootCause"))
				.contains("inner " + shown);
			assertOperationTells(application, true);
		}
	}

	private static void assertOperationTells(ServedServices application, boolean shown) {
		Answer accepted = application.post("/actuator/managedservices/broken", "{\"action\": \"retry\"}");
		assertThat(accepted.code()).as(accepted.body()).isEqualTo(202);
		String path = "/actuator/managedservices?operation=" + accepted.<String>json("$.operation");
		Awaitility.await().until(() -> application.get(path).<String>json("$.status").equals("FAILED"));
		List<String> audited = application.context().getBean(Audited.class).events;
		Awaitility.await().until(() -> audited.stream().anyMatch((event) -> event.contains("outcome=failed")));
		for (String told : List.of(application.get(path).body(), audited.toString())) {
			assertThat(told).doesNotContain(PASSWORD).contains("Exception");
			assertThat(told.contains(PLAIN)).isEqualTo(shown);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersWhenThereAreFunctionsApplyThem(WebApplicationType type) {
		try (ServedServices application = ServedServices.run(WithFunction.class, type,
				with(PROPERTIES, "management.endpoint.managedservices.show-values=always"))) {
			await(application);
			Answer talking = application.get("/actuator/managedservices/talking");
			assertThat(application.get("/actuator/managedservices/starting").<String>json("$.status"))
				.isEqualTo("******");
			assertThat(talking.<String>json("$.reports.conditions[0].title")).contains(PLAIN);
			assertThat(application.get("/actuator/health/managedServices/starting").<String>json("$.details.status"))
				.isEqualTo("******");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readersWhenNobodyIsAuthorizedHide(WebApplicationType type) {
		try (ServedServices application = run(type, "management.endpoint.managedservices.show-values=when-authorized",
				"management.endpoint.managedservices.roles=operator")) {
			for (String path : PATHS) {
				assertThat(application.get(path).body()).as(path).doesNotContain(PLAIN, PASSWORD);
			}
		}
	}

	private static ServedServices run(WebApplicationType type, String... more) {
		ServedServices application = ServedServices.run(Application.class, type, with(PROPERTIES, more));
		await(application);
		return application;
	}

	private static String[] with(String[] properties, String... more) {
		return Stream.of(properties, more).flatMap(Arrays::stream).toArray(String[]::new);
	}

	private static void await(ServedServices application) {
		ManagedServices services = application.context().getBean(ManagedServices.class);
		Awaitility.await().until(() -> {
			WorkSnapshot work = services.work("talking");
			return services.snapshot("broken").state() == ServiceState.FAILED
					&& services.snapshot("starting").vitals().status() != null
					&& services.snapshot("talking").state() == ServiceState.RUNNING && !work.failures().isEmpty()
					&& services.snapshot("talking")
						.reports()
						.components()
						.stream()
						.anyMatch((component) -> component.failure() != null);
		});
	}

	static final class Broken implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			throw new IllegalStateException("outer " + TEXT, new IOException("inner " + TEXT));
		}

	}

	static final class Talking implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.conditions().warning("disk", "title " + TEXT, "message " + TEXT);
			context.reportError(new IOException("error " + TEXT));
			context.component("pool", new ServiceComponent() {

				@Override
				public void checkHealth() throws IOException {
					throw new IOException("component " + TEXT);
				}

			});
			context.work().task("name\n\ud800", () -> {
				throw new IOException("work " + TEXT);
			}).queue();
		}

	}

	static final class Starting implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			context.status("status " + TEXT);
			new CountDownLatch(1).await();
		}

	}

	static final class Audited {

		private final List<String> events = new CopyOnWriteArrayList<>();

		@EventListener
		void audited(AuditApplicationEvent event) {
			this.events.add(event.getAuditEvent().getData().toString());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithFunction extends Application {

		@Bean
		SanitizingFunction statuses() {
			return SanitizingFunction.sanitizeValue().ifKeyEndsWith(".status");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
	static class Application {

		@Bean
		ServiceRegistration broken() {
			return new ServiceRegistration("broken", new Broken());
		}

		@Bean
		ServiceRegistration waiting() {
			return new ServiceRegistration("waiting", new ServiceLifecycle() {
			}).dependsOn("broken");
		}

		@Bean
		ServiceRegistration talking() {
			return new ServiceRegistration("talking", new Talking()).required(false);
		}

		@Bean
		ServiceRegistration starting() {
			return new ServiceRegistration("starting", new Starting()).required(false);
		}

		@Bean
		Audited audited() {
			return new Audited();
		}

	}

}
