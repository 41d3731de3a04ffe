// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.item.jdbc.TestPostgres;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceState;
import io.managedservices.work.Task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for tasks and items of which one of two instances takes care.
 */
class TaskLeaseIntegrationTests {

	private static DataSource dataSource;

	private static final Queue<Instant> RUNS = new ConcurrentLinkedQueue<>();

	private static final AtomicInteger PROCESSED = new AtomicInteger();

	@BeforeEach
	void createTable() {
		RUNS.clear();
		PROCESSED.set(0);
		dataSource = TestPostgres.database();
		new JdbcTemplate(dataSource).execute(
				"create table shedlock (name varchar(64) not null, lock_until timestamp not null, locked_at timestamp not null, locked_by varchar(255) not null, primary key (name))");
	}

	@Test
	void taskWithALeaseRunsOnOneOfTwoInstancesEachTimeThatItIsDue() {
		try (ConfigurableApplicationContext first = run(Nightly.class);
				ConfigurableApplicationContext second = run(Nightly.class)) {
			Awaitility.await().until(() -> runs(first, "nightly") >= 4 && runs(second, "nightly") >= 4);
		}
		// Both run the task each second, and one of them does it.
		assertThat(RUNS).hasSizeGreaterThanOrEqualTo(3);
		assertThat(RUNS.stream().map(Instant::getEpochSecond).toList()).doesNotHaveDuplicates();
	}

	@Test
	void taskWithASchedulerLockRunsOnOneOfTwoInstances() {
		try (ConfigurableApplicationContext first = run(Locked.class);
				ConfigurableApplicationContext second = run(Locked.class)) {
			Awaitility.await().until(() -> runs(first, "locked") == 1 && runs(second, "locked") == 1);
		}
		assertThat(RUNS).hasSize(1);
	}

	@Test
	void itemServiceWithALeaseRunsItsEngineOnOneOfTwoInstances() {
		try (ConfigurableApplicationContext first = run(Letters.class)) {
			Awaitility.await().until(() -> PROCESSED.get() == 3);
			try (ConfigurableApplicationContext second = run(Letters.class)) {
				ManagedServices services = second.getBean(ManagedServices.class);
				assertThat(services.snapshot("letters").state()).isEqualTo(ServiceState.STANDBY);
				SpringApplication.exit(first);
				Awaitility.await().until(() -> PROCESSED.get() == 6);
				assertThat(services.snapshot("letters").state()).isEqualTo(ServiceState.RUNNING);
			}
		}
	}

	@Test
	void leaseOfATaskThatHasNoTimesIsRefused() {
		InvalidServiceGraphException refused = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> run(Wrong.class));
		assertThat(refused).hasMessageContaining(
				"'asked' with lease 'a' and no cron: only the times of a cron expression are the same on all instances")
			.hasMessageContaining(
					"'repeated' with lease 'b' and no cron: only the times of a cron expression are the same on all instances");
	}

	private static long runs(ConfigurableApplicationContext context, String service) {
		return context.getBean(ManagedServices.class).workCounts(service).taskRuns();
	}

	private static ConfigurableApplicationContext run(Class<?> service) {
		return new SpringApplicationBuilder(Application.class, service).web(WebApplicationType.NONE)
			.properties("spring.main.keep-alive=false", "managed-services.lease.poll=50ms")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableSchedulerLock(defaultLockAtMostFor = "1m")
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
			ManagedServicesItemsAutoConfiguration.class, ManagedServicesLeasesAutoConfiguration.class })
	static class Application {

		@Bean
		DataSource dataSource() {
			return dataSource;
		}

		@Bean
		LockProvider lockProvider(DataSource dataSource) {
			return new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
				.withJdbcTemplate(new JdbcTemplate(dataSource))
				.usingDbTime()
				.withLockedByValue(UUID.randomUUID().toString())
				.build());
		}

	}

	@ManagedService(name = "nightly")
	static class Nightly {

		@Task(cron = "* * * * * *", lease = "nightly")
		void export() {
			RUNS.add(Instant.now());
		}

	}

	@ManagedService(name = "locked")
	static class Locked {

		@Task(every = "1h", initialDelay = "0s")
		@SchedulerLock(name = "locked", lockAtLeastFor = "1m")
		void export() {
			RUNS.add(Instant.now());
		}

	}

	@ManagedService(name = "wrong")
	static class Wrong {

		@Task(lease = "a")
		void asked() {
		}

		@Task(every = "1m", lease = "b")
		void repeated() {
		}

	}

	@ManagedService(name = "letters", lease = "letters")
	static class Letters implements ItemService<String> {

		@Override
		public Outcome process(String id) {
			PROCESSED.incrementAndGet();
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<String>> checkAll() {
			return List.of("a", "b", "c").stream().map((id) -> new DueItem<>(id, Instant.EPOCH));
		}

		@Override
		public Instant checkOne(String id) {
			return Instant.now().plusSeconds(3600);
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
