// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.engine.ServiceEngine;
import io.managedservices.internal.engine.run.EngineSettings;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.jdbc.DbSchedulerItemEngine;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * How many items one, two and four processes get done in a second that share a table on
 * PostgreSQL, all due at once. What is done with an item takes a time that is given, so
 * that it is seen where the table is what limits.
 *
 * @since 0.1.0
 */
public final class ItemProcesses {

	private static final Duration LEAD = Duration.ofSeconds(30);

	private ItemProcesses() {
	}

	/**
	 * Measures one, two and four processes.
	 * @param args how many items, 20,000 if left out; how long each takes in
	 * milliseconds, 0 if left out
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		LoggingSystem.get(ItemProcesses.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		if (args.length == 4) {
			work(args[0], Integer.parseInt(args[1]), Long.parseLong(args[2]), Instant.parse(args[3]));
			return;
		}
		int items = (args.length > 0) ? Integer.parseInt(args[0]) : 20_000;
		long millis = (args.length > 1) ? Long.parseLong(args[1]) : 0;
		System.out.println("| processes | items/s |%n|--:|--:|".formatted());
		try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().setServerConfig("max_connections", "100").start()) {
			for (int processes : new int[] { 1, 2, 4 }) {
				double rate = measure(postgres.getJdbcUrl("postgres", "postgres"), processes, items, millis);
				System.out.println(String.format(Locale.ROOT, "| %d | %,.0f |", processes, rate));
			}
		}
	}

	private static double measure(String url, int processes, int items, long millis) throws Exception {
		List<Process> started = new ArrayList<>();
		try (HikariDataSource dataSource = SharedItems.connect(url)) {
			SharedItems.empty(dataSource);
			Instant due = Instant.now().plus(LEAD);
			for (int process = 0; process < processes; process++) {
				started.add(start(url, items, millis, due));
			}
			return rate(new JdbcTemplate(dataSource), items, due);
		}
		finally {
			for (Process process : started) {
				process.destroyForcibly().waitFor();
			}
		}
	}

	private static Process start(String url, int items, long millis, Instant due) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Xmx512m", ItemProcesses.class.getName(), url,
				String.valueOf(items), String.valueOf(millis), due.toString())
			.inheritIO()
			.start();
	}

	// From the first to the last, so that it does not matter when in its interval the
	// table is looked at.
	private static double rate(JdbcTemplate jdbc, int items, Instant due) throws InterruptedException {
		while (count(jdbc) < items) {
			if (Instant.now().isAfter(due)) {
				throw new IllegalStateException("Not all items were armed when they were due");
			}
			TimeUnit.MILLISECONDS.sleep(100);
		}
		while (count(jdbc) == items) {
			TimeUnit.MILLISECONDS.sleep(5);
		}
		long first = System.nanoTime();
		while (count(jdbc) > 0) {
			TimeUnit.MILLISECONDS.sleep(5);
		}
		return items / ((System.nanoTime() - first) / (double) TimeUnit.SECONDS.toNanos(1));
	}

	private static int count(JdbcTemplate jdbc) {
		Integer counted = jdbc.queryForObject(
				"select count(*) from " + ItemTableSchema.DEFAULT_TABLE + " where task_name = 'item:items'",
				Integer.class);
		return (counted != null) ? counted : 0;
	}

	private static void work(String url, int items, long millis, Instant due) throws Exception {
		HikariDataSource dataSource = SharedItems.connect(url);
		ThreadBackend backend = ThreadBackend.platform();
		DbSchedulerItemEngine itemEngine = new DbSchedulerItemEngine(dataSource, SharedItems.settings(), backend);
		ServiceDefinition scheduler = ServiceDefinition.of(DbSchedulerItemEngine.SERVICE_NAME, itemEngine,
				ServiceSettings.DEFAULTS, List.of());
		ServiceDefinition service = ServiceDefinition.of("items", new Processing(items, millis, due, itemEngine),
				ServiceSettings.DEFAULTS,
				List.of(new ServiceDependency(DbSchedulerItemEngine.SERVICE_NAME, Kind.REQUIRED, "benchmark")));
		new ServiceEngine(ServiceGraph.of(List.of(scheduler, service)), EngineSettings.DEFAULTS, backend,
				new WorkEngine(WorkSettings.DEFAULTS, backend, null))
			.start()
			.get();
		// Until it is killed.
		Thread.currentThread().join();
	}

	/**
	 * Processes items, and says when they are due. Safe for use by several threads.
	 */
	private static final class Processing implements ItemService<Long>, ServiceLifecycle {

		private final int items;

		private final long millis;

		private final Instant due;

		private final DbSchedulerItemEngine engine;

		private final Set<Long> done = ConcurrentHashMap.newKeySet();

		Processing(int items, long millis, Instant due, DbSchedulerItemEngine engine) {
			this.items = items;
			this.millis = millis;
			this.due = due;
			this.engine = engine;
		}

		@Override
		public void start(ServiceContext context) {
			ItemSettings defaults = ItemSettings.DEFAULTS;
			this.engine.begin(this, new ItemSettings(SharedItems.THREADS, defaults.retry(), defaults.lateThreshold(),
					defaults.maxItems()), context);
		}

		@Override
		public Outcome process(Long id) throws InterruptedException {
			if (this.millis > 0) {
				TimeUnit.MILLISECONDS.sleep(this.millis);
			}
			this.done.add(id);
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return LongStream.range(0, this.items).mapToObj((id) -> new DueItem<>(id, this.due));
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return this.done.contains(id) ? null : this.due;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
