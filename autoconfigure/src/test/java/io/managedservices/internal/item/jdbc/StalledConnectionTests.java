// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.item.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ManagedService;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.internal.concurrent.OwnThread;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.item.ItemSettings;
import io.managedservices.internal.item.sql.ItemTableSchema;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens on an instance whose connections stall: nothing fails, and nothing comes
 * back.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StalledConnectionTests {

	private static final Duration HEARTBEAT = Duration.ofMillis(250);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

	/** Less than what db-scheduler would take by itself. */
	private static final ConditionFactory IN_TIME = Awaitility.await()
		.pollInterval(Duration.ofMillis(20))
		.atMost(STOP_TIMEOUT.multipliedBy(4));

	private final PGSimpleDataSource database = TestPostgres.database();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database);

	private final TcpProxy proxy;

	StalledConnectionTests() throws IOException {
		this.proxy = new TcpProxy(this.database.getPortNumbers()[0]);
		this.jdbc.execute("create table poll (id bigint primary key, closes_at timestamptz, closed boolean not null)");
		this.jdbc.update("insert into poll values (1, now(), false)");
	}

	@AfterEach
	void close() throws IOException {
		this.proxy.close();
	}

	@Test
	void stopOfSchedulerEndsInTimeAndTellsWhoIsLeftBehindAndItemsAreTakenOver(CapturedOutput output) {
		Polls polls = new Polls(proxied());
		polls.whileProcessing = this.proxy::hold;
		DbSchedulerItemEngine first = engine(proxied());
		FakeServiceContext context = begin(first, polls);
		await().until(() -> polls.entered.get() == 1);
		context.tellToStop();
		CompletableFuture<Void> stop = OwnThread.run(() -> first.stop(context.get()));
		IN_TIME.until(stop::isDone);
		assertThat(stop).isCompleted();
		assertThat(output).contains("Threads of shared items are left behind, since they do not end: managed")
			.containsPattern("left behind.*managed-services-items-polls-\\d");
		assertThat(closed()).isZero();
		assertThat(this.jdbc.queryForObject("select count(*) from managed_service_items where picked", Integer.class))
			.isPositive();
		polls.whileProcessing = () -> {
		};
		this.proxy.forward();
		DbSchedulerItemEngine second = engine(proxied());
		FakeServiceContext other = begin(second, new Polls(proxied()));
		await().until(() -> closed() == 1);
		await().until(() -> this.jdbc.queryForObject("select count(*) from managed_service_items where picked",
				Integer.class) == 0);
		other.tellToStop();
		second.stop(other.get());
	}

	@Test
	void closeOfContextEndsInTime(CapturedOutput output) {
		Polls polls = new Polls(proxied());
		polls.whileProcessing = this.proxy::hold;
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
					ManagedServicesItemsAutoConfiguration.class))
			.withBean(DataSource.class, this::proxied)
			.withBean("polls", Polls.class, (Supplier<Polls>) () -> polls)
			.withPropertyValues("managed-services.items.engine=db-scheduler",
					"managed-services.items.db-scheduler.create-table=true",
					"managed-services.items.db-scheduler.polling-interval=100ms",
					"managed-services.items.db-scheduler.heartbeat=250ms",
					"managed-services.defaults.stop-timeout=" + STOP_TIMEOUT.toMillis() + "ms")
			.run((context) -> {
				await().until(() -> polls.entered.get() == 1);
				CompletableFuture<Void> close = OwnThread.run(context.getSourceApplicationContext()::close);
				IN_TIME.until(close::isDone);
				assertThat(close).isCompleted();
			});
		assertThat(output)
			.contains("Service 'polls' is still running ", "managed-services.services.polls.stop-timeout",
					"Threads of shared items are left behind", "Stopped service 'itemScheduler'")
			.doesNotContain("managed-services.services.itemScheduler.stop-timeout");
	}

	private PGSimpleDataSource proxied() {
		PGSimpleDataSource source = new PGSimpleDataSource();
		source.setServerNames(new String[] { "127.0.0.1" });
		source.setPortNumbers(new int[] { this.proxy.port() });
		source.setDatabaseName(this.database.getDatabaseName());
		source.setUser(this.database.getUser());
		return source;
	}

	private static DbSchedulerItemEngine engine(DataSource dataSource) {
		return new DbSchedulerItemEngine(dataSource, new DbSchedulerSettings(ItemTableSchema.DEFAULT_TABLE, true,
				Duration.ofMillis(100), HEARTBEAT, STOP_TIMEOUT), ThreadBackend.platform());
	}

	private static FakeServiceContext begin(DbSchedulerItemEngine engine, Polls polls) {
		FakeServiceContext context = new FakeServiceContext("polls");
		engine.start(context.get());
		engine.begin(polls, ItemSettings.DEFAULTS, context.get());
		return context;
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofMinutes(4));
	}

	private int closed() {
		Integer count = this.jdbc.queryForObject("select count(*) from poll where closed", Integer.class);
		return (count != null) ? count : 0;
	}

	/**
	 * Closes polls, and tells when it is at it.
	 */
	@ManagedService
	static class Polls extends SqlItems<Long> {

		private final AtomicInteger entered = new AtomicInteger();

		private volatile Runnable whileProcessing = () -> {
		};

		Polls(DataSource dataSource) {
			super(dataSource, new ItemSql(
					"update poll set closed = true where id = :id and closes_at <= :now and not closed",
					"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
					"select closes_at from poll where id = :id and not closed"));
		}

		@Override
		public Outcome process(Long id) throws Exception {
			this.whileProcessing.run();
			this.entered.incrementAndGet();
			return super.process(id);
		}

		@Override
		public @Nullable Instant checkOne(Long id) throws Exception {
			return super.checkOne(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
