// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.work.MicroTask;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the threads of work.
 */
class WorkThreadsIntegrationTests {

	private static final List<String> KINDS = List.of("worker", "task", "micro-task", "hook", "ticker");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withBean(Mail.class);

	@Test
	void workWhenThreadsArePlatformThreadsRunsInPoolsAndLeavesNoneBehind() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			mail.doAll();
			Awaitility.await().until(() -> mail.threads.keySet().containsAll(KINDS));
			assertThat(mail.threads.values()).noneMatch(WorkThreadsIntegrationTests::isVirtual);
			assertNames(mail.names);
		});
		awaitNoThreadBut(before);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void workWhenThreadsAreVirtualRunsOnThemAndLeavesNoneBehind() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		Set<Thread> used = new HashSet<>();
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true", "managed-services.work.max-threads=2")
			.run((context) -> {
				Mail mail = context.getBean(Mail.class);
				mail.doAll();
				mail.beginWorkers(3);
				Awaitility.await().until(() -> mail.threads.keySet().containsAll(KINDS));
				assertThat(mail.threads.values()).allMatch(WorkThreadsIntegrationTests::isVirtual);
				assertNames(mail.names);
				// There is no limit to their number.
				Awaitility.await().untilAtomic(mail.inside, (inside) -> assertThat(inside).isEqualTo(3));
				used.addAll(mail.threads.values());
				used.addAll(mail.ofWorkers);
			});
		Awaitility.await().until(() -> used.stream().noneMatch(Thread::isAlive));
		awaitNoThreadBut(before);
	}

	@Test
	void workWhenThreadsOfItsKindAreBusyWaitsForOne() {
		this.runner.withPropertyValues("managed-services.work.max-threads=2").run((context) -> {
			Mail mail = context.getBean(Mail.class);
			mail.beginWorkers(5);
			Awaitility.await().untilAtomic(mail.inside, (inside) -> assertThat(inside).isEqualTo(2));
			// The threads of other kinds are not theirs.
			mail.doAllButWorkers();
			Awaitility.await()
				.until(() -> mail.threads.keySet().containsAll(List.of("task", "micro-task", "hook", "ticker")));
			mail.releases.release(5);
			Awaitility.await().untilAtomic(mail.ended, (ended) -> assertThat(ended).isEqualTo(5));
			assertThat(mail.mostInside).hasValue(2);
		});
	}

	@Test
	void closeWhenWorkWaitsForThreadsLetsNoneBegin() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		AtomicInteger begun = new AtomicInteger();
		this.runner.withPropertyValues("managed-services.work.max-threads=2").run((context) -> {
			Mail mail = context.getBean(Mail.class);
			mail.beginWorkers(5);
			Awaitility.await().untilAtomic(mail.inside, (inside) -> assertThat(inside).isEqualTo(2));
			context.getSourceApplicationContext().close();
			begun.set(mail.ofWorkers.size());
			assertThat(mail.inside).hasValue(0);
		});
		assertThat(begun).hasValue(2);
		awaitNoThreadBut(before);
	}

	private static void assertNames(Map<String, String> names) {
		assertThat(names).containsEntry("worker", "mail/worker/worker")
			.containsEntry("task", "mail/task/task")
			.containsEntry("ticker", "mail/ticker/ticker");
		assertThat(names.get("micro-task")).startsWith("managed-services-micro-task-");
		assertThat(names.get("hook")).startsWith("managed-services-hook-");
	}

	private static boolean isVirtual(Thread thread) {
		return thread.getClass().getName().equals("java.lang.VirtualThread");
	}

	private static void awaitNoThreadBut(Set<Thread> before) {
		// One that was not let go would leave by itself after 10 seconds.
		Awaitility.await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> {
			Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
			left.removeAll(before);
			assertThat(left).filteredOn((thread) -> isOurs(thread.getName())).isEmpty();
		});
	}

	private static boolean isOurs(String name) {
		return name.startsWith("managed-services") || name.startsWith("mail/");
	}

	/**
	 * Notes by kind of work which thread it is on.
	 */
	@ManagedService(name = "mail")
	static class Mail implements ServiceLifecycle {

		private final Map<String, Thread> threads = new ConcurrentHashMap<>();

		private final Map<String, String> names = new ConcurrentHashMap<>();

		private final List<Thread> ofWorkers = new CopyOnWriteArrayList<>();

		private final Semaphore releases = new Semaphore(0);

		private final AtomicInteger inside = new AtomicInteger();

		private final AtomicInteger mostInside = new AtomicInteger();

		private final AtomicInteger ended = new AtomicInteger();

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
			incarnation.events().on(String.class, this::note);
		}

		private ServiceContext context() {
			return Objects.requireNonNull(this.context);
		}

		void doAll() {
			context().work().worker("worker", (worker) -> {
				note("worker");
				new CountDownLatch(1).await();
			}).start();
			doAllButWorkers();
		}

		void doAllButWorkers() {
			context().work().task("task", () -> note("task")).queue();
			context().work().start(MicroTask.medium("micro-task"), () -> note("micro-task"));
			context().events().emit("hook");
			context().work().every("ticker", Duration.ofMillis(1), () -> note("ticker"));
		}

		void beginWorkers(int count) {
			for (int number = 0; number < count; number++) {
				context().work().worker("worker " + number, (worker) -> blocked()).start();
			}
		}

		private void blocked() throws InterruptedException {
			this.ofWorkers.add(Thread.currentThread());
			this.mostInside.accumulateAndGet(this.inside.incrementAndGet(), Math::max);
			try {
				this.releases.acquire();
				this.ended.incrementAndGet();
			}
			finally {
				this.inside.decrementAndGet();
			}
		}

		private boolean note(String kind) {
			this.names.put(kind, Thread.currentThread().getName());
			return this.threads.put(kind, Thread.currentThread()) == null;
		}

	}

}
