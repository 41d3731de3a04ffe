// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import io.managedservices.autoconfigure.ApplicationProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three processes in three time zones meet deadlines over one real database. They create
 * its table of items at the same time, and are killed with {@code kill -9}, as the server
 * is. Run only if the system property {@code campaign.items} says how many deadlines.
 * Within how long they are is set by {@code campaign.seconds}, how often something is
 * killed by {@code campaign.kills}; {@code campaign.seed} repeats a plan.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
@EnabledIfSystemProperty(named = "campaign.items", matches = "\\d+",
		disabledReason = "A long run: docs/many-machines.md")
@Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabaseCampaignTests {

	private static final int ITEMS = Integer.getInteger("campaign.items", 1000);

	private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("campaign.seconds", 20));

	/** One of the processes, or the server, is killed that often. */
	private static final int KILLS = Integer.getInteger("campaign.kills", 4);

	private static final List<String> ZONES = List.of("UTC", "America/New_York", "Asia/Kolkata");

	/** What tells apart ids that are the same otherwise. */
	private static final List<String> MARKS = List.of("a", "a ", "A", "\u00e1");

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final long seed = Long.getLong("campaign.seed", new Random().nextInt(1_000_000));

	private final Random random = new Random(this.seed);

	private final Process[] processes = new Process[ZONES.size()];

	private boolean serverNext = true;

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	private Path directory;

	@AfterEach
	void endAll() {
		for (Process process : this.processes) {
			if (process != null) {
				process.destroyForcibly().onExit().join();
			}
		}
	}

	@Test
	void deadlinesOnPostgresAreMetOnceWhileProcessesAndServerAreKilled() throws Exception {
		try (PostgresServer server = new PostgresServer()) {
			server.start();
			String url = "jdbc:postgresql://127.0.0.1:%d/postgres?socketTimeout=10".formatted(server.port());
			run(new Database(url, "postgres", "timestamp with time zone", "varchar(100)", () -> {
				server.kill();
				server.start();
			}));
		}
	}

	@Test
	void deadlinesOnMariaDbAreMetOnceWhileProcessesAndServerAreKilled() throws Exception {
		try (MariaDbServer server = MariaDbServer.install()) {
			server.start();
			JdbcTemplate jdbc = new JdbcTemplate(
					new DriverManagerDataSource("jdbc:mariadb://127.0.0.1:%d/mysql".formatted(server.port()),
							MariaDbServer.USER, MariaDbServer.USER));
			jdbc.execute("create database campaign");
			String url = "jdbc:mariadb://127.0.0.1:%d/campaign?socketTimeout=10000&connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true"
				.formatted(server.port());
			run(new Database(url, MariaDbServer.USER, "timestamp(6)", "varchar(100) collate utf8mb4_nopad_bin", () -> {
				server.kill();
				server.start();
			}));
		}
	}

	private void run(Database database) throws Exception {
		System.out.printf("Campaign with seed %d: %d deadlines within %s%n", this.seed, ITEMS, DURATION);
		DataSource dataSource = new DriverManagerDataSource(database.url(), database.user(), database.user());
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute(
				"create table deadline (id %s primary key, due %s not null, micros bigint not null, met boolean not null)"
					.formatted(database.idType(), database.timeType()));
		jdbc.execute("create table deed (id %s not null, name varchar(40) not null, micros bigint not null)"
			.formatted(database.idType()));
		for (int node = 0; node < ZONES.size(); node++) {
			start(node, database);
		}
		Awaitility.await("searched")
			.atMost(PATIENCE)
			.ignoreExceptions()
			.failFast("A process has ended, see " + this.directory, this::isOneEnded)
			.until(() -> count(jdbc, "select count(*) from managed_service_items where last_success is not null") > 0);
		Instant begin = Instant.now().plusSeconds(2);
		create(jdbc, begin);
		jdbc.update("update managed_service_items set execution_time = ? where task_name = 'check-all:deadlines'",
				Instant.now().minusSeconds(100_000).atOffset(ZoneOffset.UTC));
		for (Duration at : kills()) {
			Awaitility.await().atMost(DURATION.plus(PATIENCE)).until(() -> !Instant.now().isBefore(begin.plus(at)));
			kill(database);
		}
		Awaitility.await("all met with seed " + this.seed)
			.atMost(PATIENCE)
			.ignoreExceptions()
			.until(() -> count(jdbc, "select count(*) from deadline where not met") == 0);
		assertThat(count(jdbc, "select count(*) from deed")).isEqualTo(ITEMS);
		assertThat(count(jdbc, "select count(distinct id) from deed")).isEqualTo(ITEMS);
		assertThat(count(jdbc,
				"select count(*) from deed join deadline on deed.id = deadline.id where deed.micros < deadline.micros"))
			.isZero();
		TreeMap<String, Integer> deeds = new TreeMap<>();
		jdbc.query("select name, count(*) from deed group by name",
				(RowCallbackHandler) (row) -> deeds.put(row.getString(1), row.getInt(2)));
		System.out.printf("All met, the latest %s ms after its time, by %s%n", count(jdbc,
				"select max(deed.micros - deadline.micros) / 1000 from deed join deadline on deed.id = deadline.id"),
				deeds);
		assertThat(deeds).hasSizeGreaterThan(1);
	}

	private boolean isOneEnded() {
		return Arrays.stream(this.processes).anyMatch((process) -> !process.isAlive());
	}

	private List<Duration> kills() {
		return IntStream.range(0, KILLS)
			.mapToObj((kill) -> Duration.ofMillis((long) (this.random.nextDouble() * DURATION.toMillis())))
			.sorted(Comparator.naturalOrder())
			.toList();
	}

	private void create(JdbcTemplate jdbc, Instant begin) {
		List<Object[]> rows = new ArrayList<>();
		for (int item = 0; item < ITEMS; item++) {
			Instant due = begin.plus(Duration.ofMillis((long) (this.random.nextDouble() * DURATION.toMillis())));
			rows.add(new Object[] { item / MARKS.size() + MARKS.get(item % MARKS.size()), due.atOffset(ZoneOffset.UTC),
					CampaignNode.micros(due), false });
		}
		jdbc.batchUpdate("insert into deadline (id, due, micros, met) values (?, ?, ?, ?)", rows);
	}

	// The server in turn with one of the processes.
	private void kill(Database database) throws Exception {
		int victim = this.random.nextInt(ZONES.size());
		if (this.serverNext) {
			database.killer().kill();
		}
		else {
			this.processes[victim].destroyForcibly().onExit().join();
			start(victim, database);
		}
		this.serverNext = !this.serverNext;
	}

	private void start(int node, Database database) throws IOException {
		Path log = this.directory.resolve("node-%d.log".formatted(node));
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Duser.timezone=" + ZONES.get(node), "-cp",
				ApplicationProcess.classPath(), CampaignNode.class.getName(), "--node.url=" + database.url(),
				"--node.user=" + database.user(), "--node.name=" + ZONES.get(node));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start();
		// Should the tests be ended before they can close it.
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		this.processes[node] = process;
	}

	private static long count(JdbcTemplate jdbc, String sql) {
		Long count = jdbc.queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

	/**
	 * A database, and what is peculiar to it.
	 *
	 * @param url where it is
	 * @param user who connects, with a password of the same name
	 * @param timeType the type of instants
	 * @param idType the type of ids, none of which are the same
	 * @param killer ends it without notice, and starts it again
	 */
	private record Database(String url, String user, String timeType, String idType, Killer killer) {

	}

	/**
	 * Kills a server.
	 */
	@FunctionalInterface
	private interface Killer {

		void kill() throws Exception;

	}

}
