// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.lease.LeaseStore;
import io.managedservices.internal.lease.LeaseStore.StoredLease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page in a real browser: services that run by leases, and services of child
 * contexts. Pictures of it land in {@code target}.
 */
class ServicesPageLeaseIntegrationTests {

	private static final String HOSTILE = ServicesPageIntegrationTests.HOSTILE;

	private static ServicesPageBrowser browser;

	private final AtomicBoolean away = new AtomicBoolean();

	private final LostLease lease = new LostLease("polls", HOSTILE);

	@BeforeAll
	static void openBrowser() {
		assumeTrue(ServicesPageBrowser.isThere(),
				"Skipped: there is no chromium with its driver. Install both to test the page");
		browser = new ServicesPageBrowser();
	}

	@AfterAll
	static void closeBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@Test
	void serviceOnStandbyShowsWhoHoldsTheLeaseAsTextAndNotItsOldFailure() throws Exception {
		try (ConfigurableApplicationContext context = run(this.lease.failing())) {
			browser.open(ServicesPageIntegrationTests.page(context) + "#/poller");
			browser.await("#headline", "All is well: 1 service running, 2 on standby.");
			browser.await("#details p", "lease 'polls' is held by " + HOSTILE + ", for ");
			assertThat(browser.text("#details > p.standby")).startsWith("poller has been on standby for ")
				.doesNotContain("broken");
			assertThat(browser.text("#details dl")).contains("leasepolls", "held by" + HOSTILE, "held since",
					"last failurejava.lang.IllegalStateException: broken");
			assertThat(browser.text("#details .operations")).contains("Hold off").doesNotContain("Release");
			assertThat(browser.text("#list .state.standby")).isEqualTo("STANDBY\nSTANDBY");
			assertThat(browser.count("#list .bad, #list .busy, #graph .bad, #counts .bad")).isZero();
			assertThat(browser.text("#graph .standby .what")).contains("STANDBY · lease polls");
			browser.screenshot("page-standby");
			browser.click("#list a .name", "reader");
			browser.await("#details > p", "reader has been on standby for ");
			assertThat(browser.text("#details > p")).contains(": it waits for poller.");
			assertThat(browser.count("#details img, #headline img, #list img, #graph img")).isZero();
			browser.click("#list a .name", "poller");
			this.lease.release();
			browser.await("#details dl", "held bythis instance");
			browser.await("#headline", "All is well: 3 services running.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void holderThatIsHiddenIsAnotherInstance() {
		this.lease.lose();
		try (ConfigurableApplicationContext context = run("--management.endpoint.managedservices.show-values=never")) {
			browser.open(ServicesPageIntegrationTests.page(context) + "#/poller");
			browser.await("#details > p", "lease 'polls' is held by another instance, for ");
			assertThat(browser.text("body")).doesNotContain("onerror");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void operatorReleasesALeaseAndHoldsItOff() {
		try (ConfigurableApplicationContext context = run()) {
			ManagedServices services = context.getBean(ManagedServices.class);
			browser.open(ServicesPageIntegrationTests.page(context) + "#/poller");
			browser.await("#details dl", "held bythis instance");
			assertThat(browser.text("#details dl")).contains("held since").doesNotContain("held off until");
			browser.click("#details button", "Release");
			browser.await("#plan", "Stops, in this order: reader, poller.");
			assertThat(browser.text("#plan")).contains("Lease 'polls' is given back, for another instance to take.");
			browser.click("#plan button", "Release");
			browser.await("#plan", "Done.");
			browser.click("#plan button", "Close");
			browser.await("#details dl", "held bynobody, as far as is known");
			browser.await("#details dl", "held off until");
			browser.click("#details button", "Hold off");
			browser.await("#plan", "For how long is this instance not to try to get lease 'polls'?");
			browser.screenshot("page-hold-off");
			browser.click("#plan button", "10 minutes");
			browser.await("#plan", "Done.");
			browser.click("#plan button", "Close");
			assertThat(services.leases()).singleElement()
				.satisfies((lease) -> assertThat(lease.heldOffUntil()).isAfter(Instant.now().plusSeconds(300)));
			browser.await("#details > p", "it waits for lease 'polls', held off until ");
			browser.click("#details button", "Hold off");
			browser.click("#plan button", "No longer");
			browser.await("#plan", "Done.");
			browser.click("#plan button", "Close");
			browser.await("#details dl", "held bythis instance");
			assertThat(browser.text("#details dl")).doesNotContain("held off until");
			browser.click("#list a .name", "plain");
			browser.await("#details h2", "plain");
			assertThat(browser.text("#details")).doesNotContain("Hold off", "Release", "hold-off", "release:");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void operationsOfLeasesAreNotOfferedWhereWritingIsNotAllowed() {
		try (ConfigurableApplicationContext context = run("--management.endpoint.managedservices.access=read-only")) {
			browser.open(ServicesPageIntegrationTests.page(context) + "#/poller");
			browser.await("#details dl", "held bythis instance");
			assertThat(browser.count("#details .operations")).isZero();
			assertThat(browser.text("#details .note"))
				.isEqualTo("Writing is not allowed: management.endpoint.managedservices.access");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void outageOfTheStoreThatCountsForReadinessIsTheHeadline() {
		this.lease.lose();
		try (ConfigurableApplicationContext context = run("--managed-services.lease.count-store-outage=true")) {
			browser.open(ServicesPageIntegrationTests.page(context));
			browser.await("#headline", "All is well: 1 service running, 2 on standby.");
			this.away.set(true);
			browser.await("#headline", "poller has been on standby for ");
			assertThat(browser.text("#headline"))
				.contains(": it waits for lease 'polls', whose store cannot be reached. 1 service waits for it.");
			assertThat(browser.text("title")).startsWith("⚠");
			this.away.set(false);
			browser.await("#headline", "All is well: 1 service running, 2 on standby.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void servicesOfChildContextsThatFailAreTheHeadline() {
		try (ConfigurableApplicationContext context = run();
				ConfigurableApplicationContext child = new SpringApplicationBuilder(FailingChild.class)
					.web(WebApplicationType.NONE)
					.parent(context)
					.run("--spring.main.banner-mode=off")) {
			String id = context.getBean(ManagedServices.class).children().keySet().iterator().next();
			assertThat(child.isActive()).isTrue();
			browser.open(ServicesPageIntegrationTests.page(context));
			browser.await("#headline li.bad", id + "/importer has failed and is not retried");
			assertThat(browser.text("#headline")).contains("no file").doesNotContain("All is well");
			browser.click("#headline a", id + "/importer");
			browser.await("#details h2", id + "/importer");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void servicesOfChildContextsAreBelowTheListAndCannotBeChanged() {
		try (ConfigurableApplicationContext context = run()) {
			browser.open(ServicesPageIntegrationTests.page(context));
			browser.await("#headline", "All is well: 3 services running.");
			assertThat(browser.text("#children")).isEmpty();
			try (ConfigurableApplicationContext child = new SpringApplicationBuilder(Child.class)
				.web(WebApplicationType.NONE)
				.parent(context)
				.run("--spring.main.banner-mode=off")) {
				String id = context.getBean(ManagedServices.class).children().keySet().iterator().next();
				assertThat(child.isActive()).isTrue();
				browser.await("#children h2", id);
				browser.await("#children ul", HOSTILE);
				assertThat(browser.text("#list")).doesNotContain("mailer");
				assertThat(browser.text("#headline")).isEqualTo("All is well: 3 services running.");
				browser.click("#children a .name", "mailer");
				browser.await("#details h2", id + "/mailer");
				assertThat(browser.address()).endsWith("#/" + id + "%2Fmailer");
				assertThat(browser.text("#details")).contains("mailer has been running for ", "child context" + id);
				assertThat(browser.count("#details .operations, #details img, #children img")).isZero();
				assertThat(browser.text("#children a[aria-current]")).startsWith("mailer");
				browser.screenshot("page-children");
				browser.click("#details li a", HOSTILE);
				browser.await("#details h2", id + "/" + HOSTILE);
				browser.type("/");
				browser.type("mail");
				browser.await("#list", "No service matches.");
				browser.type(Keys.ARROW_DOWN);
				browser.type(Keys.ENTER);
				browser.await("#details h2", id + "/mailer");
				browser.screen(360, 780);
				assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
				browser.screenshot("page-children-phone");
				browser.type(Keys.ESCAPE);
				browser.await("#list", "poller");
			}
			finally {
				browser.resetScreen();
			}
			browser.awaitNumber("return document.getElementById('children').hasChildNodes() ? null : 0");
			assertThat(browser.count("#children *")).isZero();
			assertThat(browser.messages()).isEmpty();
		}
	}

	private ConfigurableApplicationContext run(String... more) {
		return run(new ServiceLifecycle() {
		}, more);
	}

	private ConfigurableApplicationContext run(ServiceLifecycle poller, String... more) {
		List<String> arguments = new ArrayList<>(
				List.of("--managed-services.lease.poll=50ms", "--managed-services.services.poller.retry.delay=10ms"));
		arguments.addAll(List.of(more));
		return ServicesPageIntegrationTests.run(WebApplicationType.SERVLET,
				List.of(new ServiceRegistration("poller", poller).lease("polls"),
						ServicesPageIntegrationTests.service("reader").dependsOn("poller"),
						ServicesPageIntegrationTests.service("plain")),
				(context) -> context.registerBean(LeaseStore.class, this::storeThatMayBeAway),
				arguments.toArray(String[]::new));
	}

	private LeaseStore storeThatMayBeAway() {
		return new LeaseStore() {

			@Override
			public Map<String, Holder> look(Collection<String> names) throws Exception {
				check();
				return ServicesPageLeaseIntegrationTests.this.lease.store().look(names);
			}

			@Override
			public @Nullable StoredLease acquire(String name, Duration duration) throws Exception {
				check();
				return ServicesPageLeaseIntegrationTests.this.lease.store().acquire(name, duration);
			}

			private void check() throws IOException {
				if (ServicesPageLeaseIntegrationTests.this.away.get()) {
					throw new IOException("Connection refused");
				}
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class FailingChild {

		@Bean
		ServiceRegistration importer() {
			return new ServiceRegistration("importer", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext service) {
					throw new IllegalStateException("no file");
				}

			}).required(false).retry((retry) -> retry.maxRetries(0));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class })
	static class Child {

		@Bean
		ServiceRegistration hostile() {
			return ServicesPageIntegrationTests.service(HOSTILE);
		}

		@Bean
		ServiceRegistration mailer() {
			return ServicesPageIntegrationTests.service("mailer").dependsOn(HOSTILE);
		}

	}

}
