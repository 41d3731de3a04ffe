// SPDX-License-Identifier: Apache-2.0
package io.managedservices.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.ExposedEvent;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.observation.ServiceObservationDocumentation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The queries of {@code docs/metrics.md}, asked of a real Prometheus. Skipped where it is
 * not installed.
 */
class MetricsDocumentationIntegrationTests {

	private static final Path OBSERVABILITY = Path.of("..", "docs", "observability");

	private static final String LATE = "managed_services_items_late_seconds";

	private static final String SLOW = "managed_services_items_check_all_next_seconds";

	/** Cannot come about within a test: minutes have to pass. */
	private static final List<String> NEVER = List.of(SLOW, "managed_services_starting_seconds_max", "changes(", LATE,
			"managed_services_lease_acquired_total");

	/** That are scraped in the unit tests of rules. */
	private static final List<String> INSTANCES = List.of("one", "two");

	/**
	 * What each metric is like in an application that is well, and in one that is not, as
	 * series of a unit test of rules.
	 */
	private static final Map<String, Series> SERIES = new HashMap<>();

	static {
		counter("managed_services_failures_total", "service=\"a\"");
		counter("managed_services_errors_total", "service=\"a\", what=\"check\"");
		counter("managed_services_hanging_total", "service=\"a\"");
		counter("managed_services_work_failures_total", "service=\"a\", kind=\"task\"");
		counter("managed_services_work_events_dropped_total", "service=\"a\"");
		counter("managed_services_work_events_exposed_dropped_total", "service=\"a\"");
		counter("managed_services_items_failed_total", "service=\"a\"");
		counter("managed_services_lease_acquired_total", "lease=\"a\"");
		series("managed_services_lease_held", "lease=\"a\"", "1x30", "0x30");
		series("managed_services_lease_wanted", "lease=\"a\"", "1x30", "1x30");
		series("managed_services_state_services", "state=\"failed\"", "0x30", "1x30");
		series("managed_services_work_workers", "service=\"a\", state=\"backoff\"", "0x30", "1x30");
		series("managed_services_failing", "service=\"a\"", "0x30", "1 0 ".repeat(15) + "1");
		series("managed_services_required", "service=\"a\"", "1x30", "1x30");
		series("managed_services_starting_seconds_max", "service=\"a\"", "1x30", "90x30");
		series(LATE, "service=\"a\"", "1x30", "600x30");
		series(SLOW, "service=\"a\"", "3600x30", "60x30");
		series("managed_services_work_tasks_queued", "", "3x30", "50x30");
		series("managed_services_work_task_slots", "", "4x30", "4x30");
	}

	private static void counter(String metric, String labels) {
		series(metric, labels, "7x30", "7+1x30");
	}

	private static void series(String metric, String labels, String well, String unwell) {
		SERIES.put(metric, new Series(labels, well, unwell));
	}

	@Test
	void queriesDoNotReadAMaximumThatDecays() throws IOException {
		List<DocumentedQuery> queries = DocumentedQuery.all();
		assertThat(queries).hasSizeGreaterThan(10);
		assertThat(queries).filteredOn(DocumentedQuery::alert).hasSizeGreaterThan(8);
		assertThat(queries).allSatisfy((query) -> assertThat(query.expression())
			.doesNotContain("_started_time_seconds_max", "_stopped_time_seconds_max", "_waits_seconds_max"));
	}

	@Test
	void alertsFireInTheRulesOfPrometheusOnlyWhenSomethingIsWrong(@TempDir Path directory) throws Exception {
		requirePrometheus();
		List<DocumentedQuery> alerts = DocumentedQuery.all().stream().filter(DocumentedQuery::alert).toList();
		StringBuilder rules = new StringBuilder("groups:\n- name: documented\n  rules:\n");
		StringBuilder tests = new StringBuilder("rule_files: [ rules.yml ]\nevaluation_interval: 1m\ntests:\n");
		for (int number = 0; number < alerts.size(); number++) {
			DocumentedQuery alert = alerts.get(number);
			rules.append(alert.rule(number));
			tests.append(ruleTest(alert, number, false)).append(ruleTest(alert, number, true));
		}
		Files.writeString(directory.resolve("rules.yml"), rules);
		Files.writeString(directory.resolve("tests.yml"), tests);
		promtool(directory, "check", "rules", "rules.yml");
		promtool(directory, "test", "rules", "tests.yml");
	}

	@Test
	void alertsOfTheDirectoryFireOnlyWhenSomethingIsWrong(@TempDir Path directory) throws Exception {
		requirePrometheus();
		for (String file : List.of("alerts.yml", "alerts-test.yml")) {
			Files.copy(OBSERVABILITY.resolve(file), directory.resolve(file));
		}
		promtool(directory, "check", "rules", "alerts.yml");
		promtool(directory, "test", "rules", "alerts-test.yml");
		String tests = Files.readString(directory.resolve("alerts-test.yml"));
		List<String> alerts = Files.readAllLines(directory.resolve("alerts.yml"))
			.stream()
			.filter((line) -> line.contains("- alert: "))
			.map((line) -> line.substring(line.indexOf(": ") + 2))
			.toList();
		assertThat(alerts).hasSizeGreaterThan(8)
			.allSatisfy((alert) -> assertThat(tests.split("alertname: " + alert + "\n", -1)).hasSize(3));
	}

	private static List<String> dashboardQueries() throws IOException {
		List<String> queries = JsonPath.read(Files.readString(OBSERVABILITY.resolve("dashboard.json")),
				"$..targets[*].expr");
		assertThat(queries).hasSizeGreaterThan(15);
		return queries.stream()
			.map((query) -> query.replace("$job", ".*").replace("$instance", ".*").replace("$__rate_interval", "1m"))
			.toList();
	}

	private static String ruleTest(DocumentedQuery alert, int number, boolean fires) {
		StringBuilder test = new StringBuilder("- interval: 1m\n  input_series:\n");
		Map<String, String> labels = new HashMap<>();
		for (String metric : alert.metrics()) {
			Series series = SERIES.get(metric);
			assertThat(series).describedAs("series of %s for the test of the documentation", metric).isNotNull();
			for (String instance : INSTANCES) {
				test.append("  - series: '%s{%s}'\n    values: '%s'\n".formatted(metric,
						labels(Objects.requireNonNull(series).labels(), instance),
						fires ? series.unwell() : series.well()));
			}
			labels.put(metric, series.labels());
		}
		test.append("  alert_rule_test:\n  - eval_time: 20m\n    alertname: alert%d\n    exp_alerts: [ %s ]\n"
			.formatted(number, fires ? fired(alert, labels.getOrDefault(alert.metrics().get(0), "")) : ""));
		return test.toString();
	}

	private static String labels(String labels, String instance) {
		return (labels.isEmpty() ? "" : labels + ", ") + "instance=\"" + instance + "\"";
	}

	private static String fired(DocumentedQuery alert, String labels) {
		Stream<String> fired = alert.expression().startsWith("sum(") ? Stream.of("")
				: alert.expression().contains(" by (") ? Stream.of(labels)
						: INSTANCES.stream().map((instance) -> labels(labels, instance));
		return fired.map((each) -> "{ exp_labels: { %s } }".formatted(each.replace("=", ": ")))
			.collect(Collectors.joining(", "));
	}

	private static void promtool(Path directory, String... arguments) throws Exception {
		Path output = directory.resolve("promtool.log");
		Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).describedAs(Files.readString(output)).isZero();
	}

	@Test
	void queriesAnswerOverAnApplicationThatIsWellAndThenIsNot(@TempDir Path directory) throws Exception {
		requirePrometheus();
		List<DocumentedQuery> queries = DocumentedQuery.all();
		try (ServedServices application = ServedServices.run(Shop.class, WebApplicationType.SERVLET,
				"managed-services.metrics.states=true", "managed-services.work.task-slots=1",
				"managed-services.lease.store=memory", "managed-services.lease.poll=50ms",
				"managed-services.work.exposed-event-buffer=1", "managed-services.defaults.health.interval=100ms",
				"managed-services.defaults.stop-timeout=200ms", "managed-services.defaults.retry.delay=50ms",
				"managed-services.defaults.retry.max-retries=-1", "managed-services.defaults.retry.max-delay=50ms",
				"managed-services.items.retry.delay=100ms", "managed-services.items.retry.max-delay=100ms");
				PrometheusServer prometheus = PrometheusServer.start(directory, Objects
					.requireNonNull(application.context().getEnvironment().getProperty("local.server.port")))) {
			Trouble trouble = application.context().getBean(Trouble.class);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> prometheus.values("sum_over_time(up[1m]) > 3"), (values) -> !values.isEmpty());
			for (DocumentedQuery query : queries) {
				if (query.alert()) {
					assertThat(prometheus.values(query.expression())).describedAs(query.text()).isEmpty();
				}
				else {
					// On a busy machine a scrape may come too late, and then nothing is
					// known.
					Awaitility.await()
						.atMost(Duration.ofSeconds(60))
						.until(() -> prometheus.values(query.expression()), (values) -> !values.isEmpty());
				}
			}
			trouble.begin();
			List<DocumentedQuery> silent = new ArrayList<>(queries);
			silent.removeIf((query) -> NEVER.stream().anyMatch(query.expression()::contains));
			Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
				silent.removeIf((query) -> !prometheus.values(query.expression()).isEmpty());
				assertThat(silent).isEmpty();
			});
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(queries).allSatisfy((query) -> assertThat(query.metrics())
					.allSatisfy((metric) -> assertThat(prometheus.values(metric)).describedAs(metric).isNotEmpty())));
			List<String> unanswered = new ArrayList<>(dashboardQueries());
			Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
				unanswered.removeIf((query) -> !prometheus.values(query).isEmpty());
				assertThat(unanswered).isEmpty();
			});
			assertThat(documented()).containsAll(measured(application.context().getBean(MeterRegistry.class)));
			trouble.end();
		}
	}

	private static Set<String> measured(MeterRegistry registry) {
		Set<String> names = new TreeSet<>();
		registry.getMeters().forEach((meter) -> names.add(meter.getId().getName()));
		// The page of the observations has those.
		names.removeIf(
				(name) -> !name.startsWith("managed.services.") || Stream.of(ServiceObservationDocumentation.values())
					.anyMatch((kind) -> name.equals(kind.getName()) || name.equals(kind.getName() + ".active")));
		assertThat(names).hasSizeGreaterThan(30).contains("managed.services.service.state");
		return names;
	}

	// One that begins with a dot stands for the end of the one before.
	private static Set<String> documented() throws IOException {
		Set<String> names = new TreeSet<>();
		for (String line : Files.readAllLines(Path.of("..", "docs", "metrics.md"))) {
			if (line.startsWith("| `managed.services.")) {
				String before = "";
				for (String name : line.substring(2, line.indexOf(" |")).replace("`", "").split(", ")) {
					before = name.startsWith(".") ? before.substring(0, before.lastIndexOf('.')) + name : name;
					names.add(before);
				}
			}
		}
		return names;
	}

	private static void requirePrometheus() {
		Assumptions.assumeTrue(PrometheusServer.isInstalled("prometheus") && PrometheusServer.isInstalled("promtool"),
				"prometheus and promtool are not installed (Debian: apt-get install prometheus)");
	}

	/**
	 * A metric in a unit test of rules.
	 *
	 * @param labels its labels
	 * @param well its values while all is well
	 * @param unwell its values while something is wrong
	 */
	private record Series(String labels, String well, String unwell) {

	}

	@ExposedEvent
	record Ordered(int number) {

	}

	/**
	 * Makes everything fail.
	 */
	static final class Trouble {

		private final ManagedServices services;

		private final CountDownLatch over = new CountDownLatch(1);

		private volatile boolean begun;

		private volatile @Nullable ServiceContext orders;

		Trouble(ManagedServices services) {
			this.services = services;
		}

		boolean hasBegun() {
			return this.begun;
		}

		void begin() {
			ServiceContext context = Objects.requireNonNull(this.orders);
			this.begun = true;
			context.work().worker("inbox", (worker) -> fail()).restartOnFailure(Duration.ofSeconds(10)).start();
			context.work().every("look", Duration.ofMillis(100), this::fail);
			for (int number = 0; number < 50; number++) {
				context.work().task("waits " + number, this::await).queue();
			}
			context.work().every("sell", Duration.ofMillis(100), () -> {
				for (int number = 0; number < 10; number++) {
					context.events().emit(new Ordered(number));
				}
			});
			this.services.fail("cache", new IllegalStateException("down"));
			this.services.perform(ServiceAction.RESTART, "index");
			this.services.perform(ServiceAction.RELEASE, "nightly");
			this.services.holdOff(Duration.ofHours(1), "nightly");
		}

		void fail() {
			if (this.begun) {
				throw new IllegalStateException("refused");
			}
		}

		void await() throws InterruptedException {
			this.over.await();
		}

		void awaitDeaf() {
			while (this.begun && this.over.getCount() > 0) {
				try {
					this.over.await();
				}
				catch (InterruptedException ex) {
					// It hangs.
				}
			}
		}

		void end() {
			this.over.countDown();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		static Trouble trouble(ManagedServices services) {
			return new Trouble(services);
		}

		@Bean
		@ManagedService
		static ServiceLifecycle orders(Trouble trouble) {
			return new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					trouble.orders = context;
				}

				@Override
				public void checkHealth() {
					trouble.fail();
				}

			};
		}

		@Bean
		@ManagedService(eventBuffer = 1)
		static ServiceLifecycle ledger(Trouble trouble) {
			return new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					context.events().on(Ordered.class, (event) -> trouble.await());
				}

			};
		}

		@Bean
		@ManagedService(required = false)
		static ServiceLifecycle cache(Trouble trouble) {
			return new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					trouble.fail();
				}

				@Override
				public void stop(ServiceContext context) {
					trouble.awaitDeaf();
				}

			};
		}

		@Bean
		@ManagedService(required = false)
		static ServiceLifecycle index(Trouble trouble) {
			return new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) throws Exception {
					if (trouble.hasBegun()) {
						trouble.await();
					}
				}

			};
		}

		@Bean
		@ManagedService(lease = "nightly")
		static ServiceLifecycle nightly() {
			return new ServiceLifecycle() {
			};
		}

		@Bean
		@ManagedService
		static ItemService<Long> deadlines(Trouble trouble) {
			return new Deadlines(trouble);
		}

		@Bean
		static LifecycleListener slowListener(Trouble trouble) {
			return (event) -> {
				if (event instanceof LifecycleEvent.Emitted) {
					awaitQuietly(trouble);
				}
			};
		}

		private static void awaitQuietly(Trouble trouble) {
			try {
				trouble.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * One item that is due again and again.
	 */
	private record Deadlines(Trouble trouble) implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			this.trouble.fail();
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.of(new DueItem<>(1L, Instant.now()));
		}

		@Override
		public Instant checkOne(Long id) {
			return Instant.now().plusMillis(200);
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(1);
		}

	}

}
