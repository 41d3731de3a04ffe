// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page in a real browser. Pictures of it land in {@code target}.
 */
class ServicesPageIntegrationTests {

	static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&{{services}}";

	/** Has the test answer to operations, and tell how they are. */
	private static final String INTERCEPT = """
			const real = window.fetch;
			const answer = (resolve, reject) => (body) => body ? resolve(new Response(JSON.stringify(body))) : reject(new TypeError('lost'));
			window.posts = [];
			window.polls = [];
			window.fetch = (url, options) => {
				if (options?.method === 'POST' && !options.body.includes('dryRun')) {
					return new Promise((resolve, reject) => window.posts.push(answer(resolve, reject)));
				}
				if (String(url).includes('?operation=')) {
					return window.lost ? Promise.reject(new TypeError('lost'))
						: new Promise((resolve, reject) => window.polls.push(answer(resolve, reject)));
				}
				return real(url, options);
			};
			""";

	private static ServicesPageBrowser browser;

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

	@ParameterizedTest
	@EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void pageWhenAllIsWellSaysSo(WebApplicationType type) {
		try (ConfigurableApplicationContext context = run(type, healthy())) {
			browser.open(page(context));
			browser.await("#headline", "All is well: 4 services running.");
			assertThat(browser.text("#list")).contains("connection", "database", "pollBook", "statistics");
			assertThat(browser.count("#graph .node.good")).isEqualTo(4);
			assertThat(browser.count("#graph .edge")).isEqualTo(3);
			assertThat(browser.text("#timeline")).contains("The last start took",
					"Critical path: connection → database → pollBook");
			assertThat(browser.isShown("#details")).isFalse();
			browser.screenshot("page-well-" + type.name().toLowerCase(Locale.ROOT));
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenServiceFailsShowsItFirstWithItsCause() {
		AtomicBoolean broken = new AtomicBoolean(true);
		ServiceRegistration database = new ServiceRegistration("database", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				if (broken.get()) {
					throw new IllegalStateException("Connection refused");
				}
			}

		});
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				List.of(database, service("pollBook").dependsOn("database"), service("notifier").dependsOn("pollBook"),
						service("audit")),
				"--managed-services.startup.mode=background", "--managed-services.services.database.retry.delay=1h",
				"--managed-services.services.database.retry.max-delay=1h")) {
			browser.open(page(context));
			browser.await("#headline", "database failed to start (attempt 1 of 4), next attempt in ");
			assertThat(browser.text("#headline")).contains("Connection refused", "2 services wait for it.");
			assertThat(browser.text("#list a:first-of-type")).startsWith("database");
			assertThat(browser.text("#graph .node.busy")).contains("WAITING · for database");
			browser.screenshot("page-failing");
			browser.click("#list a .name", "notifier");
			browser.await("#details", "notifier is waiting for ");
			assertThat(browser.text("#details")).contains("Connection refused");
			broken.set(false);
			browser.click("#headline a", "database");
			browser.click("#details button", "Retry");
			browser.await("#plan", "Retry database?");
			assertThat(browser.text("#plan"))
				.contains("Would start anyway, later perhaps: database, pollBook, notifier.");
			assertThat(browser.text("#graph .node.planned")).contains("STARTS ANYWAY");
			browser.screenshot("page-plan");
			browser.click("#plan button", "Retry");
			browser.await("#plan", "Done.");
			browser.click("#plan button", "Close");
			browser.await("#headline", "All is well: 4 services running.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenAnOperationIsRefusedSaysWhy() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			browser.click("#details button", "Restart");
			browser.await("#plan", "Restarts: pollBook, statistics.");
			context.getBean(ManagedServices.class).stop().join();
			browser.click("#plan button", "Restart");
			browser.await("#plan p", "stopped");
			browser.click("#plan button", "Close");
			browser.await("#headline", "pollBook is stopped.");
		}
	}

	@Test
	void pageWhenReadOnlyHasNoButtonsForOperations() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--management.endpoint.managedservices.access=read-only")) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			assertThat(browser.count("#details .operations")).isZero();
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenViewerMayNotWriteHasNoButtonsForOperations() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--test.security=viewers")) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			assertThat(browser.count("#details .operations")).isZero();
			assertThat(browser.text("#details .note"))
				.isEqualTo("The security of the application does not let you change services.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void operationWhenCsrfProtectionIsThatOfASinglePageApplicationIsDone() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--test.security=spa")) {
			browser.open(page(context) + "#/pollBook");
			browser.click("#details button", "Stop");
			browser.await("#plan", "Stops, in this order: statistics, pollBook.");
			browser.click("#plan button", "Stop");
			browser.await("#plan", "Done.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void operationIsAskedForOnceAndFollowedUntilTheApplicationHasNotAnsweredForLong() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context) + "#/pollBook");
			browser.script(INTERCEPT);
			browser.click("#details button", "Restart");
			browser.await("#plan", "Restarts: pollBook, statistics.");
			assertThat(browser.script("return document.activeElement.textContent")).isEqualTo("Cancel");
			browser
				.script("const sure = document.querySelector('#plan .buttons').lastChild; sure.click(); sure.click();");
			assertThat(browser.script("return window.posts.length")).isEqualTo(1L);
			browser.script("window.posts[0]({ status: 'PENDING', operation: 'x' })");
			browser.await("#plan", "Under way …");
			browser.awaitNumber("return window.polls.length || null");
			browser.script("window.polls.shift()(null)");
			browser.awaitNumber("return window.polls.length || null");
			browser.script("window.polls.shift()({ status: 'SUCCEEDED' })");
			browser.await("#plan", "Done.");
			browser.click("#plan button", "Close");
			browser.click("#details button", "Restart");
			browser.click("#plan button", "Restart");
			browser.script("window.posts[1]({ status: 'PENDING', operation: 'x' }); window.lost = true");
			browser.await("#plan", "The application does not answer: lost");
		}
	}

	@Test
	void operationThatIsFollowedNoLongerDoesNotTellOfItsEndInAnotherPlan() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context) + "#/pollBook");
			browser.script(INTERCEPT);
			browser.click("#details button", "Restart");
			browser.click("#plan button", "Restart");
			browser.script("window.posts[0]({ status: 'PENDING', operation: 'x' })");
			browser.awaitNumber("return window.polls.length || null");
			browser.click("#plan button", "Close");
			browser.click("#details button", "Stop");
			browser.await("#plan", "Stop pollBook?");
			browser.script("window.polls.shift()({ status: 'SUCCEEDED' });"
					+ "return new Promise((resolve) => setTimeout(resolve))");
			assertThat(browser.text("#plan h2")).isEqualTo("Stop pollBook?");
		}
	}

	@Test
	void pageWhenServicesChangeKeepsFocusSelectionAndWhatWasOpened() {
		ServiceRegistration broken = new ServiceRegistration("broken", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				throw new IllegalStateException("Connection refused");
			}

		}).required(false).retry((retry) -> retry.delay(Duration.ofHours(1)).maxDelay(Duration.ofHours(1)));
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				List.of(service("database"), service("statistics").required(false), broken))) {
			browser.open(page(context) + "#/broken");
			browser.await("#details", "broken failed to start");
			browser.script("document.querySelector('#details details').open = true;"
					+ "window.kept = [...document.querySelectorAll('#headline a, #details p, #details button, #counts button')];"
					+ "const said = document.querySelector('#details > p').firstChild;"
					+ "getSelection().setBaseAndExtent(said, said.data.indexOf('Connection'), said, said.data.length);"
					+ "window.said = document.getElementById('headline').textContent;"
					+ "[...document.querySelectorAll('#counts button')].find((each) => each.textContent.includes('RUNNING')).focus();");
			context.getBean(ManagedServices.class).stop("statistics").join();
			browser.await("#counts", "1 RUNNING");
			browser.awaitNumber("return document.getElementById('headline').textContent !== window.said ? 1 : null");
			assertThat(browser.script("return window.kept.every((each) => each.isConnected)")).isEqualTo(true);
			assertThat(browser.script("return document.activeElement.textContent")).isEqualTo("1 RUNNING");
			assertThat(browser.script("return getSelection().toString()")).isEqualTo("Connection refused.");
			assertThat(browser.script("return document.querySelector('#details details').open")).isEqualTo(true);
			assertThat(browser.text("[aria-live]")).isEqualTo("1 service to look at: broken");
			assertThat(browser.count("[aria-live]")).isEqualTo(1);
			browser.script("document.querySelector('#details .operations button').focus();"
					+ "window.focused = document.activeElement; window.said = document.getElementById('headline').textContent");
			browser.awaitNumber("return document.getElementById('headline').textContent !== window.said ? 1 : null");
			assertThat(browser.script("return document.activeElement === window.focused")).isEqualTo(true);
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenThePickedServiceCannotBeHadShowsTheOthers() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			browser
				.script("const real = window.fetch; window.fetch = (url, options) => String(url).endsWith('/pollBook')"
						+ " ? Promise.reject(new TypeError('lost')) : real(url, options)");
			context.getBean(ManagedServices.class).stop("statistics").join();
			browser.await("#list", "STOPPED");
			assertThat(browser.text("#details")).contains("pollBook has been running for ");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void timelineWhenAnOptionalServiceDoesNotComeUpIsThatOfTheStart() {
		CountDownLatch end = new CountDownLatch(1);
		ServiceRegistration audit = new ServiceRegistration("audit", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) throws Exception {
				end.await();
			}

		}).required(false);
		ServiceRegistration connection = new ServiceRegistration("connection", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				// Others wait for what has something to start.
			}

		});
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				List.of(connection, service("database").dependsOn("connection"), audit))) {
			browser.open(page(context));
			browser.await("#timeline", "The last start took ");
			assertThat(browser.text("#timeline text")).containsPattern("database .*, waited for connection");
			// By now it has been starting for longer than all others together.
			browser.awaitNumber(
					"return /audit +[2-9]\\S* s/.test(document.querySelector('#timeline').textContent) ? 1 : null");
			assertThat(browser.text("#timeline .axis")).contains(" ms").doesNotContain(" s");
			assertThat(browser.messages()).isEmpty();
			end.countDown();
		}
	}

	@Test
	void taskIsRunFromThePage() {
		CountDownLatch done = new CountDownLatch(1);
		ServiceRegistration counter = new ServiceRegistration("counter", new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				service.work().task("recount", done::countDown).keep();
			}

		});
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, List.of(counter))) {
			browser.open(page(context) + "#/counter");
			browser.await("#details", "counter has been running for ");
			assertThat(browser.text("#details .operations")).doesNotContain("Queue");
			browser.click("#details td button", "Run");
			browser.await("#plan", "Run recount of counter?");
			browser.click("#plan button", "Run");
			browser.await("#plan", "Done.");
			assertThat(browser.text("#plan h2")).isEqualTo("Queue recount of counter");
			Awaitility.await().untilAsserted(() -> assertThat(done.getCount()).isZero());
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenServicesSayMarkupShowsItAsText() {
		ServiceRegistration hostile = new ServiceRegistration(HOSTILE, new ServiceLifecycle() {

			@Override
			public void start(ServiceContext service) {
				service.conditions().error("id", "<script>alert(2)</script>", HOSTILE);
			}

		});
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET,
				List.of(hostile, service("__proto__").dependsOn(HOSTILE)))) {
			browser.open(page(context));
			browser.await("#headline",
					HOSTILE + " is running, but unhealthy: <script>alert(2)</script>: " + HOSTILE + ".");
			browser.click("#list a .name", HOSTILE);
			browser.await("#details h2", HOSTILE);
			browser.click("#list a .name", "__proto__");
			browser.await("#details h2", "__proto__");
			assertThat(browser.count("#details img, #headline img, #list img, #graph img")).isZero();
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenThereAreThousandServicesDrawsWhatMatters() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, many(1000))) {
			browser.open(page(context));
			browser.await("#headline", "All is well: 1,000 services running.");
			assertThat(browser.count("#graph .node")).isBetween(3, 45);
			assertThat(browser.text("#shown")).contains("of 1,000 services drawn");
			browser.screenshot("page-thousand");
			browser.type("/");
			browser.type("0777");
			browser.await("#list", "service-0777");
			assertThat(browser.count("#list a")).isEqualTo(1);
			browser.type(Keys.ARROW_DOWN);
			browser.type(Keys.ENTER);
			browser.await("#details h2", "service-0777");
			assertThat(browser.address()).endsWith("#/service-0777");
			assertThat(browser.text("#graph .node.picked")).contains("service-0777");
			browser.script("document.querySelector('#graph .node:not(.picked)').focus();"
					+ "window.focused = document.activeElement.getAttribute('aria-label')");
			browser.type(Keys.ENTER);
			browser.awaitNumber(
					"return document.querySelector('#graph .picked')?.getAttribute('aria-label') === window.focused ? 1 : null");
			assertThat(browser.script("return document.activeElement.getAttribute('aria-label') === window.focused"))
				.isEqualTo(true);
			assertThat(browser.messages()).isEmpty();
		}
	}

	/**
	 * Tells how long the page takes; {@code docs/page.md} has what it was.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 100, 1000 })
	void pageTellsHowLongItTook(int number) throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, many(number))) {
			List<Double> first = new ArrayList<>();
			List<Double> update = new ArrayList<>();
			for (int time = 0; time < 7; time++) {
				browser.open(page(context));
				first.add(browser
					.awaitNumber("return performance.getEntriesByName('services-first-paint')[0]?.duration ?? null"));
				update.add(browser
					.awaitNumber("const [last, ...others] = performance.getEntriesByName('services-render');"
							+ "if (others.length) { throw new Error('they pile up'); } window.first ??= last?.startTime;"
							+ "return last?.startTime > window.first ? last.duration : null"));
			}
			Files.writeString(Path.of("target", "page-figures-%d.txt".formatted(number)),
					"%d services: first paint %.0f ms after the answer, an update %.1f ms (medians of 7)%n"
						.formatted(number, median(first), median(update)));
			assertThat(first).hasSize(7).allMatch((millis) -> millis > 0);
			assertThat(browser.messages()).isEmpty();
		}
	}

	private static double median(List<Double> figures) {
		return figures.stream().sorted().toList().get(figures.size() / 2);
	}

	@Test
	void pageIsSmall() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context));
			browser.await("#headline", "All is well: 4 services running.");
			Object names = browser.script("return performance.getEntriesByType('resource')"
					+ ".filter((each) => each.name.endsWith('.js')).map((each) => each.name)");
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			HttpClient client = HttpClient.newHttpClient();
			for (Object name : (List<?>) names) {
				byte[] script = client
					.send(HttpRequest.newBuilder(URI.create(name.toString())).build(),
							HttpResponse.BodyHandlers.ofByteArray())
					.body();
				try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
					gzip.write(script);
				}
			}
			assertThat((List<?>) names).hasSizeGreaterThan(5);
			assertThat(bytes.size()).isLessThan(60_000);
		}
	}

	@ParameterizedTest
	@CsvSource({ "360, 780, phone", "3840, 2160, 4k" })
	void pageFitsScreensOfAllSizes(int width, int height, String name) {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.screen(width, height);
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			assertThat(browser.script("return innerWidth")).isEqualTo((long) width);
			assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
			assertThat(browser.isShown("#timeline")).isTrue();
			browser.screenshot("page-" + name);
			assertThat(browser.messages()).isEmpty();
		}
		finally {
			browser.resetScreen();
		}
	}

	@Test
	void pageWhenPrintedHasAllAndNothingToPress() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			browser.media("print", "light");
			assertThat(browser.isShown("#search")).isFalse();
			assertThat(browser.isShown("#details .operations")).isFalse();
			assertThat(browser.isShown("#graph svg")).isTrue();
			assertThat(browser.isShown("#list")).isTrue();
			assertThat(new String(browser.print(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
			browser.screenshot("page-print");
		}
		finally {
			browser.media("", "light");
		}
	}

	@Test
	void pageWhenItIsDarkIsDark() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.media("", "dark");
			browser.open(page(context));
			browser.await("#headline", "All is well: 4 services running.");
			assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
				.isEqualTo("rgb(21, 25, 30)");
			browser.screenshot("page-dark");
		}
		finally {
			browser.media("", "light");
		}
	}

	@Test
	void pageShowsWhereSettingsComeFromAndWhatIsNotPossible() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--managed-services.services.pollBook.start-timeout=7s",
				"--managed-services.defaults.stop-timeout=9s")) {
			browser.open(page(context) + "#/pollBook");
			browser.await("#details", "pollBook has been running for ");
			assertThat(browser.text("#details tr")).contains(
					"start-timeout7 smanaged-services.services.pollbook.start-timeout",
					"stop-timeout9 smanaged-services.defaults.stop-timeout");
			assertThat(browser.text("#details details")).contains("retry.max-retries3",
					"retry: Service 'pollBook' is RUNNING: only one that is FAILED or in BACKOFF can be tried again.");
			assertThat(browser.text("#details")).contains("registration");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageTellsOfFailuresAndOfTheLastStop() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			ManagedServices services = context.getBean(ManagedServices.class);
			browser.open(page(context));
			browser.await("#headline", "All is well: 4 services running.");
			assertThat(browser.isShown("#history")).isFalse();
			services.fail("database", new IllegalStateException("Connection reset")).join();
			browser.await("#history", "database failed: java.lang.IllegalStateException: Connection reset.");
			browser.await("#history", "It took down ");
			browser.await("#history", "All were up again after ");
			services.stop().join();
			services.start().join();
			browser.await("#history", "The last stop took ");
			browser.await("#headline", "All is well: 4 services running.");
			browser.screenshot("page-history");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageAsksOnlyForWhatHasChanged() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			browser.open(page(context));
			browser.await("#headline", "All is well: 4 services running.");
			double bytes = browser.awaitNumber(
					"const asked = performance.getEntriesByType('resource').filter((each) => each.name.includes('&since='));"
							+ "return asked.length > 1 ? asked.at(-1).decodedBodySize : null");
			assertThat(bytes).isBetween(100.0, 1000.0);
			context.getBean(ManagedServices.class).stop("statistics").join();
			browser.await("#list", "STOPPED");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenTheManagementServerIsElsewhereFindsItsServices() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--management.server.port=0", "--management.server.base-path=/manage",
				"--management.endpoints.web.base-path=/",
				"--management.endpoints.web.path-mapping.managedservices=ops/services",
				"--management.endpoints.web.path-mapping.managedservicesui=ops/ui/services")) {
			browser.open("http://localhost:%s/manage/ops/ui/services"
				.formatted(context.getEnvironment().getProperty("local.management.port")));
			browser.await("#headline", "All is well: 4 services running.");
			assertThat(browser.messages()).isEmpty();
		}
	}

	@Test
	void pageWhenBehindAProxyThatAddsAPrefixFindsItsServices() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--server.servlet.context-path=/app")) {
			HttpServer proxy = proxy("/prefix", "http://localhost:" + port(context));
			try {
				browser.open("http://localhost:%d/prefix/app/actuator/managedservicesui"
					.formatted(proxy.getAddress().getPort()));
				browser.await("#headline", "All is well: 4 services running.");
				assertThat(browser.messages()).isEmpty();
			}
			finally {
				proxy.stop(0);
			}
		}
	}

	@Test
	void pageWhenTheServicesAreNotExposedSaysWhatToSet() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy(),
				"--management.endpoints.web.exposure.include=managedservicesui")) {
			browser.open(page(context));
			browser.await("#updated", "management.endpoints.web.exposure.include");
		}
	}

	@Test
	void fileWhenItIsNotOfThePageIsNotServed() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, healthy())) {
			for (String file : List.of("index.html", "ManagedServicesUiEndpoint.class", "..%2Fui%2Fpage.js",
					"nothing")) {
				assertThat(get(page(context) + "/" + file).statusCode()).as(file).isBetween(400, 499);
			}
			assertThat(get(page(context) + "/page.js").headers().firstValue("Content-Type"))
				.hasValueSatisfying((type) -> assertThat(type).startsWith("text/javascript"));
		}
	}

	private static HttpServer proxy(String prefix, String target) throws Exception {
		HttpServer proxy = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
		proxy.createContext(prefix, (exchange) -> {
			HttpResponse<byte[]> response = bytes(
					target + exchange.getRequestURI().toString().substring(prefix.length()));
			exchange.getResponseHeaders().set("Content-Type", response.headers().firstValue("Content-Type").orElse(""));
			exchange.sendResponseHeaders(response.statusCode(), response.body().length);
			exchange.getResponseBody().write(response.body());
			exchange.close();
		});
		proxy.start();
		return proxy;
	}

	private static HttpResponse<byte[]> bytes(String url) {
		try {
			return HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static HttpResponse<byte[]> get(String url) {
		return bytes(url);
	}

	private static List<ServiceRegistration> many(int count) {
		List<ServiceRegistration> services = new ArrayList<>();
		for (int number = 0; number < count; number++) {
			ServiceRegistration service = service("service-%04d".formatted(number));
			services.add((number < 10) ? service : service.dependsOn("service-%04d".formatted(number / 3)));
		}
		return services;
	}

	private static List<ServiceRegistration> healthy() {
		return List.of(service("connection"), service("database").dependsOn("connection"),
				service("pollBook").dependsOn("database"), service("statistics").dependsOn("pollBook").required(false));
	}

	static ServiceRegistration service(String name) {
		return new ServiceRegistration(name, new ServiceLifecycle() {
		});
	}

	static String page(ConfigurableApplicationContext context) {
		return "http://localhost:%s/actuator/managedservicesui".formatted(port(context));
	}

	private static String port(ConfigurableApplicationContext context) {
		return String.valueOf(context.getEnvironment().getProperty("local.server.port"));
	}

	static ConfigurableApplicationContext run(WebApplicationType type, List<ServiceRegistration> services,
			String... more) {
		return run(type, services, (context) -> {
		}, more);
	}

	static ConfigurableApplicationContext run(WebApplicationType type, List<ServiceRegistration> services,
			ApplicationContextInitializer<GenericApplicationContext> others, String... more) {
		SpringApplication application = new SpringApplication(Application.class,
				(type == WebApplicationType.REACTIVE) ? Reactive.class : Servlet.class);
		application.setWebApplicationType(type);
		application.addInitializers(
				(ApplicationContextInitializer<GenericApplicationContext>) (context) -> services.forEach(
						(service) -> context.registerBean(service.getName(), ServiceRegistration.class, () -> service)),
				others);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--spring.reactor.netty.shutdown-quiet-period=0s"));
		arguments.addAll(List.of(more));
		if (arguments.stream().noneMatch((argument) -> argument.contains("show-values"))) {
			arguments.add("--management.endpoint.managedservices.show-values=always");
		}
		if (arguments.stream().noneMatch((argument) -> argument.contains("exposure"))) {
			arguments.add("--management.endpoints.web.exposure.include=managedservices,managedservicesui");
		}
		if (arguments.stream().noneMatch((argument) -> argument.contains("managedservices.access"))) {
			arguments.add("--management.endpoint.managedservices.access=unrestricted");
		}
		return application.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Servlet {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http, @Value("${test.security:open}") String security) {
			return http.csrf((csrf) -> {
				if (security.equals("spa")) {
					csrf.spa();
				}
				else {
					csrf.disable();
				}
			}).authorizeHttpRequests((requests) -> {
				if (security.equals("viewers")) {
					requests.requestMatchers(HttpMethod.POST, "/actuator/managedservices/**").hasRole("OPERATOR");
				}
				requests.anyRequest().permitAll();
			}).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reactive {

		@Bean
		SecurityWebFilterChain openToAll(ServerHttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeExchange((requests) -> requests.anyExchange().permitAll())
				.build();
		}

	}

}
