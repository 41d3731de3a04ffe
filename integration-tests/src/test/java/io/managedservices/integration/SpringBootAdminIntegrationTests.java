// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The view for Spring Boot Admin, in a real server and a real browser. Pictures of it
 * land in {@code target}.
 */
class SpringBootAdminIntegrationTests {

	private static final String HOSTILE = ServicesPageIntegrationTests.HOSTILE;

	private static final String VIEW = ".managed-services";

	private static final String STATES = VIEW + " td:nth-child(2)";

	private static ServicesPageBrowser browser;

	private static AdminServer server;

	private final AtomicBoolean broken = new AtomicBoolean(true);

	private final LostLease lease = new LostLease("polls", HOSTILE);

	@BeforeAll
	static void start() throws Exception {
		assumeTrue(ServicesPageBrowser.isThere(),
				"Skipped: there is no chromium with its driver. Install both to test the view for Spring Boot Admin");
		server = new AdminServer();
		browser = new ServicesPageBrowser();
	}

	@AfterAll
	static void stop() throws Exception {
		if (browser != null) {
			browser.close();
		}
		if (server != null) {
			server.close();
		}
	}

	/** The server takes texts of health for HTML: see the documentation of the view. */
	@Test
	void detailsShowHealthOfServicesAndLeadToTheView() throws Exception {
		try (ConfigurableApplicationContext context = run("never")) {
			browser.open(instance(context) + "/details");
			browser.await("body", "managedServices");
			assertThat(String.valueOf(browser.script("return document.body.innerText"))).contains(
					"managedServices\nUP\n", HOSTILE + "\nUP\nstate\nRUNNING\n", "database\nDEGRADED\nstate\nBACKOFF\n",
					"pollBook\nDEGRADED\nstate\nWAITING\n", "poller\nUNKNOWN\nstate\nSTANDBY\n",
					"archive\nUNKNOWN\nstate\nSTOPPED\n");
			browser.screenshot("admin-details");
			browser.click("a", "Managed services");
			browser.await(STATES, "STANDBY");
			assertThat(browser.address()).endsWith("/managedservices");
			assertThat(details()).anyMatch((detail) -> detail.contains("IllegalStateException: ******"))
				.contains("waits for lease 'polls'");
			context.getBean(ManagedServices.class).stop("database");
			browser.await(VIEW + " td:last-child", "stopped by the operator");
			assertThat(details()).noneMatch((detail) -> detail.contains("Exception"));
		}
	}

	@Test
	void viewShowsServicesProblemsFirstAndFollowsThem() throws Exception {
		try (ConfigurableApplicationContext context = run("always")) {
			browser.open(instance(context) + "/managedservices");
			browser.await("a", "Managed services");
			browser.await(STATES, "BACKOFF\nWAITING\nRUNNING\nSTANDBY\nSTOPPED");
			assertThat(browser.text(VIEW + "-name")).isEqualTo("database\npollBook\n" + HOSTILE + "\npoller\narchive");
			assertThat(details()).satisfiesExactly(
					(database) -> assertThat(database).startsWith("attempt 1 of 4 · next attempt at ")
						.endsWith(" · java.lang.IllegalStateException: refused by " + HOSTILE + " · optional"),
					(pollBook) -> assertThat(pollBook).isEqualTo("waits for database · optional"),
					(hostile) -> assertThat(hostile).startsWith("started in "),
					(poller) -> assertThat(poller).startsWith("lease 'polls' is held by " + HOSTILE + " since "),
					(archive) -> assertThat(archive).isEqualTo("disabled"));
			assertThat(browser.text(VIEW + "-states span").lines()).containsExactlyInAnyOrder("1 BACKOFF", "1 WAITING",
					"1 RUNNING", "1 STANDBY", "1 STOPPED");
			assertThat(browser.script("return document.querySelector(arguments[0]).href", VIEW + "-states a"))
				.isEqualTo(ServicesPageIntegrationTests.page(context));
			browser.screenshot("admin-view");
			this.broken.set(false);
			this.lease.release();
			context.getBean(ManagedServices.class).perform(ServiceAction.RETRY, "database");
			browser.await(STATES, "RUNNING\nRUNNING\nRUNNING\nRUNNING\nSTOPPED");
			assertThat(browser.text(VIEW + " td:last-child")).doesNotContain("Exception", "waits", "held");
			assertThat(browser.count(VIEW + " img")).isZero();
			assertThat(requests()).allMatch((request) -> request.startsWith(server.url() + "/"))
				.anyMatch((request) -> request.endsWith("/actuator/managedservices?view=summary"))
				.anyMatch((request) -> request.contains("/actuator/managedservices?view=summary&since="));
			assertThat(browser.messages()).isEmpty();
		}
	}

	private static List<String> details() {
		return List.of(browser.text(VIEW + " td:last-child").split("\n", -1));
	}

	private static List<String> requests() {
		return String
			.valueOf(browser
				.script("return performance.getEntriesByType('resource').map(({ name }) => name).join('\\n')"))
			.lines()
			.toList();
	}

	private static void awaitState(ConfigurableApplicationContext context, String service, ServiceState state) {
		Awaitility.await(service)
			.atMost(Duration.ofMinutes(1))
			.until(() -> context.getBean(ManagedServices.class).snapshot(service).state(), (found) -> found == state);
	}

	private String instance(ConfigurableApplicationContext context) throws Exception {
		String page = ServicesPageIntegrationTests.page(context);
		String id = server.register("polls", page.substring(0, page.lastIndexOf('/')), "managedservices");
		return "%s/instances/%s".formatted(server.url(), id);
	}

	private ConfigurableApplicationContext run(String values) {
		ServiceRegistration database = new ServiceRegistration("database", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				if (SpringBootAdminIntegrationTests.this.broken.get()) {
					throw new IllegalStateException("refused by " + HOSTILE);
				}
			}

		}).required(false);
		ConfigurableApplicationContext context = ServicesPageIntegrationTests.run(WebApplicationType.SERVLET,
				List.of(database, ServicesPageIntegrationTests.service(HOSTILE),
						ServicesPageIntegrationTests.service("pollBook").dependsOn("database").required(false),
						ServicesPageIntegrationTests.service("archive"),
						new ServiceRegistration("poller", this.lease.failing()).lease("polls")),
				(application) -> application.registerBean(LeaseStore.class, this.lease::store),
				"--server.address=127.0.0.1", "--managed-services.startup.mode=background",
				"--managed-services.lease.poll=50ms", "--managed-services.services.poller.retry.delay=10ms",
				"--managed-services.services.database.retry.delay=1h",
				"--managed-services.services.database.retry.max-delay=1h",
				"--managed-services.services.archive.activation=disabled",
				"--management.endpoints.web.exposure.include=health,managedservices,managedservicesui",
				"--management.endpoint.health.show-details=always",
				"--management.endpoint.managedservices.show-values=" + values);
		awaitState(context, "database", ServiceState.BACKOFF);
		awaitState(context, "poller", ServiceState.STANDBY);
		return context;
	}

}
