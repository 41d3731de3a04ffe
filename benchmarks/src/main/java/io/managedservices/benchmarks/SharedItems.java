// SPDX-License-Identifier: Apache-2.0
package io.managedservices.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
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
import io.managedservices.internal.item.jdbc.DbSchedulerSettings;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.internal.work.WorkEngine;
import io.managedservices.internal.work.WorkSettings;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

/**
 * Items that are due at once, in a table on PostgreSQL: an item service with the engine
 * {@code db-scheduler} beside plain db-scheduler with the same settings, the same table
 * and the same threads, each with the index that it needs. What is done with an item
 * costs nothing, so that the engines are what is measured. Both run in turns, each as the
 * first of every other round.
 *
 * @since 0.1.0
 */
public final class SharedItems {

	static final int THREADS = 10;

	private static final Duration LEAD = Duration.ofSeconds(6);

	private SharedItems() {
	}

	/**
	 * Measures both in turn.
	 * @param args how many items, 20,000 if left out; how many rounds, 5 if left out; the
	 * address of a database, one that is started for the purpose if left out
	 * @throws Exception if anything goes wrong
	 */
	public static void main(String[] args) throws Exception {
		LoggingSystem.get(SharedItems.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
		int items = (args.length > 0) ? Integer.parseInt(args[0]) : 20_000;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		if (args.length > 2) {
			measure(args[2], items, rounds);
		}
		else {
			try (EmbeddedPostgres postgres = startPostgres()) {
				measure(postgres.getJdbcUrl("postgres", "postgres"), items, rounds);
			}
		}
	}

	static EmbeddedPostgres startPostgres() throws IOException {
		return EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
	}

	private static void measure(String url, int items, int rounds) throws Exception {
		double[] ours = new double[rounds];
		double[] plain = new double[rounds];
		for (int round = 0; round < rounds; round++) {
			if (round % 2 == 0) {
				plain[round] = plain(url, items);
			}
			ours[round] = ours(url, items);
			if (round % 2 == 1) {
				plain[round] = plain(url, items);
			}
			System.out.printf(Locale.ROOT, "plain %,.0f ours %,.0f%n", plain[round], ours[round]);
		}
		double[] ratios = IntStream.range(0, rounds).mapToDouble((round) -> ours[round] / plain[round]).toArray();
		System.out.println("| median of %d | items/s | of plain |%n|---|--:|--:|".formatted(rounds));
		System.out
			.println(String.format(Locale.ROOT, "| plain db-scheduler | %,.0f | 1 |%n| item service | %,.0f | %.2f |",
					median(plain), median(ours), median(ratios)));
	}

	private static double median(double[] figures) {
		double[] sorted = figures.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	static HikariDataSource connect(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setMaximumPoolSize(THREADS + 4);
		config.setMinimumIdle(THREADS + 4);
		return new HikariDataSource(config);
	}

	static DbSchedulerSettings settings() {
		return new DbSchedulerSettings(ItemTableSchema.DEFAULT_TABLE, true,
				DbSchedulerSettings.DEFAULTS.pollingInterval(), DbSchedulerSettings.DEFAULTS.heartbeat(),
				DbSchedulerSettings.DEFAULTS.stopTimeout());
	}

	/**
	 * An item service.
	 * @param url the database
	 * @param items how many items
	 * @return how many were processed in a second
	 * @throws Exception if anything goes wrong
	 */
	static double ours(String url, int items) throws Exception {
		try (HikariDataSource dataSource = connect(url)) {
			empty(dataSource);
			TimedRows rows = new TimedRows(items, LEAD.toNanos(), 0);
			ThreadBackend backend = ThreadBackend.platform();
			DbSchedulerItemEngine itemEngine = new DbSchedulerItemEngine(dataSource, settings(), backend);
			ServiceDefinition scheduler = ServiceDefinition.of(DbSchedulerItemEngine.SERVICE_NAME, itemEngine,
					ServiceSettings.DEFAULTS, List.of());
			ServiceDefinition service = ServiceDefinition.of("items", new Processing(rows, itemEngine),
					ServiceSettings.DEFAULTS,
					List.of(new ServiceDependency(DbSchedulerItemEngine.SERVICE_NAME, Kind.REQUIRED, "benchmark")));
			ServiceEngine engine = new ServiceEngine(ServiceGraph.of(List.of(scheduler, service)),
					EngineSettings.DEFAULTS, backend, new WorkEngine(WorkSettings.DEFAULTS, backend, null));
			engine.start().get();
			try {
				return run(dataSource, "item:items", rows);
			}
			finally {
				engine.stop().get();
			}
		}
	}

	/**
	 * Plain db-scheduler.
	 * @param url the database
	 * @param items how many items
	 * @return how many were processed in a second
	 * @throws Exception if anything goes wrong
	 */
	static double plain(String url, int items) throws Exception {
		try (HikariDataSource dataSource = connect(url)) {
			empty(dataSource);
			// It looks for what is due of all tasks, with this index of its own schema.
			new JdbcTemplate(dataSource)
				.execute("create index plain_due on " + ItemTableSchema.DEFAULT_TABLE + " (execution_time)");
			TimedRows rows = new TimedRows(items, LEAD.toNanos(), 0);
			CustomTask<Void> task = Tasks.custom("plain", Void.class).execute((instance, context) -> {
				rows.process(Integer.parseInt(instance.getId()));
				return new CompletionHandler.OnCompleteRemove<>();
			});
			DbSchedulerSettings settings = settings();
			Scheduler scheduler = Scheduler.create(dataSource, task)
				.tableName(settings.table())
				.threads(THREADS)
				.pollingInterval(settings.pollingInterval())
				.pollUsingLockAndFetch(0.5, 1.0)
				.heartbeatInterval(settings.heartbeat())
				.missedHeartbeatsLimit(4)
				.build();
			List<TaskInstance<?>> instances = new ArrayList<>();
			for (int index = 0; index < items; index++) {
				instances.add(task.instance(String.valueOf(rows.id(index))));
			}
			scheduler.scheduleBatch(instances, rows.dueInstant(0));
			scheduler.start();
			try {
				return run(dataSource, "plain", rows);
			}
			finally {
				scheduler.stop();
			}
		}
	}

	// The table is made as the engine makes its own, and is new for each run.
	static void empty(HikariDataSource dataSource) {
		new JdbcTemplate(dataSource).execute("drop table if exists " + ItemTableSchema.DEFAULT_TABLE);
		DbSchedulerItemEngine engine = new DbSchedulerItemEngine(dataSource, settings(), ThreadBackend.platform());
		ServiceDefinition definition = ServiceDefinition.of(DbSchedulerItemEngine.SERVICE_NAME, engine,
				ServiceSettings.DEFAULTS, List.of());
		ThreadBackend backend = ThreadBackend.platform();
		ServiceEngine once = new ServiceEngine(ServiceGraph.of(List.of(definition)), EngineSettings.DEFAULTS, backend,
				new WorkEngine(WorkSettings.DEFAULTS, backend, null));
		once.start().join();
		once.stop().join();
	}

	// From the first to the last, so that it does not matter when in its interval the
	// table is looked at.
	private static double run(HikariDataSource dataSource, String task, TimedRows rows) throws InterruptedException {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		String count = "select count(*) from " + ItemTableSchema.DEFAULT_TABLE + " where task_name = ?";
		Integer armed = jdbc.queryForObject(count, Integer.class, task);
		while (armed == null || armed < rows.count()) {
			if (System.nanoTime() > rows.due(0)) {
				throw new IllegalStateException("Not all items were armed when they were due");
			}
			TimeUnit.MILLISECONDS.sleep(100);
			armed = jdbc.queryForObject(count, Integer.class, task);
		}
		rows.await();
		long[] late = rows.lateness();
		return rows.count() / ((late[late.length - 1] - late[0]) / (double) TimeUnit.SECONDS.toNanos(1));
	}

	/**
	 * Processes items, and says when they are due. Safe for use by several threads, one
	 * for each item.
	 */
	private static final class Processing implements ItemService<Long>, ServiceLifecycle {

		private final TimedRows rows;

		private final DbSchedulerItemEngine engine;

		Processing(TimedRows rows, DbSchedulerItemEngine engine) {
			this.rows = rows;
			this.engine = engine;
		}

		@Override
		public void start(ServiceContext context) {
			ItemSettings defaults = ItemSettings.DEFAULTS;
			this.engine.begin(this,
					new ItemSettings(THREADS, defaults.retry(), defaults.lateThreshold(), defaults.maxItems()),
					context);
		}

		@Override
		public Outcome process(Long id) {
			this.rows.process(id.intValue());
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return IntStream.range(0, this.rows.count())
				.map(this.rows::id)
				.filter((id) -> !this.rows.isProcessed(id))
				.mapToObj((id) -> new DueItem<>((long) id, this.rows.dueInstant(id)));
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			int row = id.intValue();
			return this.rows.isProcessed(row) ? null : this.rows.dueInstant(row);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
