// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.Ticker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for Spring Security's context of whoever asks for work, on the
 * threads that do it.
 */
class SecurityContextIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withBean(TaskDecorator.class, ContextPropagatingTaskDecorator::new)
		.withBean(Mail.class);

	@AfterEach
	void clear() {
		SecurityContextHolder.clearContext();
	}

	@ParameterizedTest
	@ValueSource(strings = { "worker", "task", "scheduled task", "micro-task", "hook", "injected", "ticker" })
	void workRunsAsWhoeverAskedAndLeavesNothingOnItsThread(String kind) {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			Set<Thread> used = new HashSet<>();
			Awaitility.await().until(() -> {
				// Which of its threads a pool takes next depends on which are idle yet.
				for (String user : List.of("ada", "grace")) {
					Seen seen = askAs(user, mail, kind);
					assertThat(seen.user()).isEqualTo(user);
					used.add(seen.thread());
				}
				assertThat(used).doesNotContain(Thread.currentThread());
				Seen ofNobody = seen(mail.ask(kind));
				assertThat(ofNobody.user()).isNull();
				return used.contains(ofNobody.thread());
			});
		});
	}

	@Test
	void workThatIsRunOnTheThreadOfItsCallerKeepsItsContext() {
		this.runner.run((context) -> {
			ServiceWork work = context.getBean(Mail.class).current().work();
			logIn("ada");
			assertThat(work.run(MicroTask.medium("score"), Seen::now).user()).isEqualTo("ada");
			CompletableFuture<Seen> seen = new CompletableFuture<>();
			work.worker("listener", (worker) -> seen.complete(Seen.now())).run();
			assertThat(seen(seen).user()).isEqualTo("ada");
			assertThat(Seen.now().user()).isEqualTo("ada");
		});
	}

	private static Seen askAs(String user, Mail mail, String kind) throws Exception {
		logIn(user);
		CompletableFuture<Seen> asked = mail.ask(kind);
		SecurityContextHolder.clearContext();
		return seen(asked);
	}

	private static void logIn(String user) {
		SecurityContextHolder.setContext(new SecurityContextImpl(new TestingAuthenticationToken(user, "")));
	}

	private static Seen seen(CompletableFuture<Seen> asked) throws Exception {
		return asked.get(30, TimeUnit.SECONDS);
	}

	/**
	 * Does work of each kind that tells on which thread it is and for whom.
	 */
	@ManagedService(name = "mail")
	static class Mail implements ServiceLifecycle {

		private final ManagedServices services;

		private volatile @Nullable ServiceContext context;

		private int count;

		Mail(@Lazy ManagedServices services) {
			this.services = services;
		}

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
		}

		@OnServiceEvent
		void on(Look look) {
			look.seen().complete(Seen.now());
		}

		ServiceContext current() {
			return Objects.requireNonNull(this.context);
		}

		CompletableFuture<Seen> ask(String kind) {
			ServiceWork work = current().work();
			String name = "look " + this.count++;
			CompletableFuture<Seen> seen = new CompletableFuture<>();
			switch (kind) {
				case "worker" -> work.worker(name, (worker) -> seen.complete(Seen.now())).start();
				case "task" -> work.task(name, () -> seen.complete(Seen.now())).queue();
				case "scheduled task" -> work.task(name, () -> seen.complete(Seen.now())).schedule(Instant.now());
				case "micro-task" -> work.start(MicroTask.medium(name), () -> seen.complete(Seen.now()));
				case "hook" -> current().events().emit(new Look(seen));
				case "injected" -> this.services.emit("mail", new Look(seen));
				case "ticker" -> {
					Ticker ticker = work.every(Duration.ofMillis(1), () -> seen.complete(Seen.now()));
					seen.thenRun(ticker::cancel);
				}
				default -> throw new IllegalArgumentException(kind);
			}
			return seen;
		}

	}

	private record Look(CompletableFuture<Seen> seen) {

	}

	/**
	 * Where something ran, and for whom.
	 */
	private record Seen(@Nullable String user, Thread thread) {

		static Seen now() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			return new Seen((authentication != null) ? authentication.getName() : null, Thread.currentThread());
		}

	}

}
