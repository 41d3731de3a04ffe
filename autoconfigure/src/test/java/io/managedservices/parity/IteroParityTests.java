// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.ItemsSnapshot;
import io.managedservices.item.Outcome;
import io.managedservices.item.jdbc.ItemSql;
import io.managedservices.item.jdbc.SqlItems;
import io.managedservices.state.ServiceState;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the services of Itero export, and what it is here.
 */
class IteroParityTests {

	private final SmallApplication application = new SmallApplication();

	private void run(Trial trial) {
		this.application.with(Polls.class).run((running) -> trial.run(running, running.bean(Polls.class)));
	}

	@Test
	@Export({ "ProcessOne", "Run" })
	void itemIsProcessedAtItsTime() {
		run((running, polls) -> {
			polls.add(1, Duration.ofHours(5));
			running.advance(Duration.ofHours(4));
			assertThat(polls.processed).isEmpty();
			running.advance(Duration.ofMinutes(61));
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	@Export("NothingToDoYet")
	void itemThatIsNotDueYetIsTriedAgain() {
		run((running, polls) -> {
			polls.notYet = true;
			polls.add(1, Duration.ofMinutes(5));
			running.advance(Duration.ofMinutes(6));
			assertThat(polls.processed).isEmpty();
			polls.notYet = false;
			running.advance(Duration.ofMinutes(10));
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	void itemThatFailsIsTriedAgain() {
		run((running, polls) -> {
			polls.problem = new IOException("refused");
			polls.add(1, Duration.ofMinutes(5));
			running.advance(Duration.ofMinutes(6));
			polls.problem = null;
			running.advance(Duration.ofMinutes(10));
			assertThat(polls.processed).containsExactly(1L);
			assertThat(running.state("polls")).isEqualTo(ServiceState.RUNNING);
		});
	}

	@Test
	@Export({ "CheckAll", "Iterator", "Next", "IdAndDate", "Err", "Close" })
	void itemsAreStreamThatIsClosed() {
		run((running, polls) -> {
			polls.add(1, Duration.ofMinutes(5));
			polls.add(2, Duration.ofMinutes(6));
			running.advance(Duration.ofMinutes(20));
			assertThat(polls.processed).containsExactly(1L, 2L);
			assertThat(polls.journal).contains("closed");
		});
	}

	@Test
	@Export({ "Iterator", "Next", "Err", "Close" })
	void searchThatFailsOnItsWayIsClosedReportedAndRepeated() {
		run((running, polls) -> {
			polls.add(1, Duration.ofMinutes(5));
			polls.journal.clear();
			polls.broken = true;
			running.advance(Duration.ofMinutes(11));
			assertThat(polls.journal).contains("closed");
			assertThat(running.services().work("polls").failures()).extracting("cause")
				.hasAtLeastOneElementOfType(IllegalStateException.class);
			assertThat(running.state("polls")).isEqualTo(ServiceState.RUNNING);
			polls.broken = false;
			running.advance(Duration.ofMinutes(20));
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	@Export({ "CheckOne", "Schedule" })
	void scheduledItemMovesToItsNewTimeOrIsForgotten() {
		run((running, polls) -> {
			polls.add(1, Duration.ofMinutes(5));
			polls.add(2, Duration.ofMinutes(5));
			polls.items.schedule(1L);
			polls.items.schedule(2L);
			running.settle();
			polls.add(1, Duration.ofHours(3));
			polls.items.schedule(1L);
			polls.rows.remove(2L);
			polls.items.schedule(2L);
			running.advance(Duration.ofMinutes(170));
			assertThat(polls.processed).isEmpty();
			running.advance(Duration.ofMinutes(11));
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	@Export({ "CheckOne", "Schedule", "RunnerControler" })
	void scheduledItemIsAskedForItsTime() {
		run((running, polls) -> {
			polls.add(1, Duration.ofMinutes(5));
			polls.items.schedule(1L);
			running.settle();
			assertThat(polls.journal).contains("asked for 1");
			running.advance(Duration.ofMinutes(6));
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	@Export({ "ProcessOne", "Run", "Schedule" })
	void itemIsNeverProcessedTwiceAtOnce() {
		this.application.with("managed-services.items.slow.concurrency=4", "managed-services.work.task-slots=8")
			.with(Slow.class)
			.run((running) -> {
				Slow slow = running.bean(Slow.class);
				slow.due(1);
				slow.items.schedule(1L);
				await().until(() -> slow.journal.contains("begin 1"));
				// It has come due again, is asked for, and found by a search.
				running.time().jump(Duration.ofHours(1));
				slow.due(1);
				slow.due(2);
				slow.items.schedule(1L);
				slow.items.schedule(2L);
				slow.items.schedule(1L);
				await().until(() -> slow.searches.get() > 1 && slow.journal.contains("begin 2"));
				await().until(() -> inHand(running) == 2);
				assertThat(slow.journal).containsExactly("begin 1", "begin 2");
				// It moves while it is in hand.
				slow.rows.put(1L, running.time().now().plusSeconds(300));
				slow.items.schedule(1L);
				slow.gate.release(2);
				running.settle();
				assertThat(slow.journal).hasSize(4).contains("end 1", "end 2");
				slow.gate.release(2);
				running.advance(Duration.ofSeconds(299));
				assertThat(slow.journal).hasSize(4);
				running.advance(Duration.ofSeconds(2));
				assertThat(slow.journal).hasSize(6).endsWith("begin 1", "end 1");
				running.advance(Duration.ofHours(2));
				assertThat(slow.journal).hasSize(6);
			});
	}

	private static int inHand(SmallApplication.Running running) {
		ItemsSnapshot snapshot = running.bean(ItemServices.class).snapshot("slow");
		return (snapshot != null) ? snapshot.inHand() : 0;
	}

	@Test
	@Export("Interval")
	void allItemsAreSoughtAtTheInterval() {
		run((running, polls) -> {
			polls.journal.clear();
			running.advance(Duration.ofHours(1));
			assertThat(polls.journal).filteredOn("closed"::equals).hasSizeBetween(5, 7);
		});
	}

	@Test
	@Export("Logger")
	void failureIsLoggedAndKeptByTheStarter() {
		run((running, polls) -> {
			polls.problem = new IOException("refused");
			polls.add(1, Duration.ofMinutes(5));
			polls.items.schedule(1L);
			running.advance(Duration.ofMinutes(6));
			assertThat(running.services().work("polls").failures()).extracting("cause")
				.hasAtLeastOneElementOfType(IOException.class);
		});
	}

	@Test
	@Export({ "EventReceiver", "FilterEvent", "ReceiveEvent", "AddReceiver", "Receiver", "ReceiverFunc" })
	void eventsOfItsTypesAreReceived() {
		run((running, polls) -> {
			polls.add(1, Duration.ofMinutes(5));
			running.context().publishEvent(new Moved(1));
			running.services().emit("polls", new Moved(2));
			running.settle();
			assertThat(polls.journal).contains("moved 1", "hook 2");
		});
	}

	@Test
	@Export({ "Send", "NewAsyncManager", "AsyncForwarder", "Manager" })
	void emitNeverWaitsForReceiver() {
		run((running, polls) -> {
			running.services().stop("polls").join();
			running.services().emit("counter", new Moved(3));
			running.settle();
			assertThat(polls.journal).doesNotContain("hook 3");
			running.services().start("polls");
			running.settle();
			assertThat(polls.journal).contains("hook 3");
		});
	}

	@Test
	@Export({ "StopService", "StopFunction" })
	void serviceStopsItselfAndIsStopped() {
		run((running, polls) -> {
			polls.items.stop();
			running.settle();
			assertThat(running.state("polls")).isEqualTo(ServiceState.STOPPED);
			polls.add(1, Duration.ofMinutes(5));
			polls.journal.clear();
			running.advance(Duration.ofHours(1));
			assertThat(polls.processed).isEmpty();
			assertThat(polls.journal).isEmpty();
			running.services().start("polls");
			running.settle();
			assertThat(polls.processed).containsExactly(1L);
		});
	}

	@Test
	@Export({ "SQLProcessOne", "SQLCheckAll", "IteratorFromRows" })
	void statementsMakeItemService() {
		this.application.with(Sql.class).run((running) -> {
			JdbcClient jdbc = JdbcClient.create(running.bean(DataSource.class));
			jdbc.sql("insert into poll values (1, :at, false)")
				.param("at", running.time().now().plusSeconds(3600).atOffset(ZoneOffset.UTC))
				.update();
			running.bean(PollClosing.class).items.schedule(1L);
			running.advance(Duration.ofHours(2));
			assertThat(jdbc.sql("select closed from poll").query(Boolean.class).single()).isTrue();
		});
	}

	@Test
	@Export({ "AlarmInjector", "Alarm", "NewFakeAlarm", "FakeAlarmController", "Tick", "QueueLength" })
	void timeIsMovedByTheTest() {
		run((running, polls) -> {
			polls.add(1, Duration.ofDays(30));
			running.advance(Duration.ofDays(31));
			assertThat(polls.processed).containsExactly(1L);
			polls.add(2, Duration.ofDays(5));
			polls.items.schedule(2L);
			running.settle();
			running.time().jump(Duration.ofDays(6));
			running.settle();
			assertThat(polls.processed).containsExactly(1L, 2L);
		});
	}

	/**
	 * What a test does with the polls.
	 */
	@FunctionalInterface
	interface Trial {

		void run(SmallApplication.Running running, Polls polls) throws Exception;

	}

	record Moved(long id) {
	}

	@ManagedService(name = "polls")
	@Import(Counter.class)
	static class Polls implements ItemService<Long> {

		final Map<Long, Instant> rows = new ConcurrentHashMap<>();

		final List<Long> processed = new CopyOnWriteArrayList<>();

		final List<String> journal = new CopyOnWriteArrayList<>();

		volatile boolean notYet;

		volatile Exception problem;

		volatile boolean broken;

		final ItemScheduler<Long> items;

		private final SimulatedTime time;

		Polls(ItemScheduler<Long> items, SimulatedTime time) {
			this.items = items;
			this.time = time;
		}

		void add(long id, Duration in) {
			this.rows.put(id, this.time.now().plus(in));
		}

		@Override
		public Outcome process(Long id) throws Exception {
			if (this.problem != null) {
				throw this.problem;
			}
			if (this.notYet) {
				return Outcome.NOT_YET;
			}
			this.processed.add(id);
			this.rows.remove(id);
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return this.rows.entrySet().stream().sorted(Map.Entry.comparingByValue()).peek((row) -> {
				if (this.broken) {
					throw new IllegalStateException("connection lost");
				}
			}).map((row) -> new DueItem<>(row.getKey(), row.getValue())).onClose(() -> this.journal.add("closed"));
		}

		@Override
		public Instant checkOne(Long id) {
			this.journal.add("asked for " + id);
			return this.rows.get(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(10);
		}

		@EventListener
		void on(Moved event) {
			this.journal.add("moved " + event.id());
		}

		@OnServiceEvent
		void hook(Moved event) {
			this.journal.add("hook " + event.id());
		}

	}

	/**
	 * Processes an item when it is let to, and is done with it unless it has moved.
	 */
	@ManagedService(name = "slow")
	static class Slow implements ItemService<Long> {

		final Map<Long, Instant> rows = new ConcurrentHashMap<>();

		final List<String> journal = new CopyOnWriteArrayList<>();

		final AtomicInteger searches = new AtomicInteger();

		final Semaphore gate = new Semaphore(0);

		final ItemScheduler<Long> items;

		private final SimulatedTime time;

		Slow(ItemScheduler<Long> items, SimulatedTime time) {
			this.items = items;
			this.time = time;
		}

		void due(long id) {
			this.rows.put(id, this.time.now().minusSeconds(1));
		}

		@Override
		public Outcome process(Long id) throws Exception {
			this.journal.add("begin " + id);
			boolean let = this.gate.tryAcquire(10, TimeUnit.SECONDS);
			this.rows.computeIfPresent(id, (key, due) -> due.isAfter(this.time.now()) ? due : null);
			this.journal.add((let ? "end " : "never let ") + id);
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return this.rows.entrySet()
				.stream()
				.sorted(Map.Entry.comparingByValue())
				.map((row) -> new DueItem<>(row.getKey(), row.getValue()))
				.onClose(this.searches::incrementAndGet);
		}

		@Override
		public Instant checkOne(Long id) {
			return this.rows.get(id);
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(10);
		}

	}

	@ManagedService(name = "counter")
	static class Counter implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(PollClosing.class)
	static class Sql {

		@Bean
		DataSource dataSource() {
			DataSource dataSource = new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
				.generateUniqueName(true)
				.build();
			JdbcClient.create(dataSource)
				.sql("create table poll (id bigint primary key, closes_at timestamp with time zone, closed boolean)")
				.update();
			return dataSource;
		}

	}

	@ManagedService
	static class PollClosing extends SqlItems<Long> {

		final ItemScheduler<Long> items;

		PollClosing(DataSource dataSource, SimulatedTime time, ItemScheduler<Long> items) {
			super(dataSource, new ItemSql(
					"update poll set closed = true where id = :id and closes_at <= :now and not closed",
					"select id, closes_at from poll where not closed and closes_at <= :until order by closes_at",
					"select closes_at from poll where id = :id and not closed"), time.clock());
			this.items = items;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

}
