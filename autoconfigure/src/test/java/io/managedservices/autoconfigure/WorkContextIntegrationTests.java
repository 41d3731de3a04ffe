// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.work.MicroTask;
import io.managedservices.work.ServiceWork;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the context of whoever asks for work, on the threads that do it.
 */
class WorkContextIntegrationTests {

	private static final List<String> KINDS = List.of("worker", "task", "micro-task", "hook", "ticker");

	private static final ThreadLocal<@Nullable String> TENANT = new ThreadLocal<>();

	private static final ObservationRegistry OBSERVATIONS = ObservationRegistry.create();

	static {
		OBSERVATIONS.observationConfig().observationHandler((context) -> true);
	}

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withBean(Mail.class);

	@AfterEach
	void clear() {
		MDC.clear();
		TENANT.remove();
	}

	@Test
	void workWhenThereIsDecoratorRunsInContextOfWhoeverAsked() {
		this.runner.withUserConfiguration(MdcDecorator.class).run((context) -> {
			Mail mail = context.getBean(Mail.class);
			MDC.put("user", "ada");
			mail.askForAll(KINDS);
			MDC.put("user", "grace");
			mail.askForAll(List.of("again"));
			MDC.clear();
			Awaitility.await().until(() -> mail.seen.keySet().containsAll(KINDS));
			KINDS.forEach((kind) -> assertThat(mail.seen.get(kind)).as(kind).startsWith("user=ada "));
			Awaitility.await().until(() -> mail.seen.containsKey("again"));
			assertThat(mail.seen.get("again")).startsWith("user=grace ");
			mail.clearAndLookWithoutContext();
			Awaitility.await().until(() -> mail.seen.containsKey("plain"));
			assertThat(mail.seen.get("plain")).startsWith("user=null ");
			context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "mail").join();
		});
	}

	@Test
	void workWhenContextIsPropagatedRunsInIt() {
		ContextRegistry registry = ContextRegistry.getInstance();
		registry.registerThreadLocalAccessor("tenant", TENANT);
		try {
			this.runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
				.withPropertyValues("spring.task.execution.propagate-context=true")
				.run((context) -> {
					Mail mail = context.getBean(Mail.class);
					Observation observation = Observation.start("request", OBSERVATIONS);
					TENANT.set("north");
					observation.scoped(() -> mail.askForAll(KINDS));
					TENANT.remove();
					Awaitility.await().until(() -> mail.seen.keySet().containsAll(KINDS));
					KINDS.forEach((kind) -> assertThat(mail.seen.get(kind)).as(kind)
						.endsWith("tenant=north observation=request"));
					mail.clearAndLookWithoutContext();
					Awaitility.await().until(() -> mail.seen.containsKey("plain"));
					assertThat(mail.seen.get("plain")).endsWith("tenant=null observation=none");
					context.getBean(ManagedServices.class).perform(ServiceAction.STOP, "mail").join();
				});
		}
		finally {
			registry.removeThreadLocalAccessor("tenant");
		}
	}

	/**
	 * Notes by kind of work what its thread knows.
	 */
	@ManagedService(name = "mail")
	static class Mail implements ServiceLifecycle {

		private final Map<String, String> seen = new ConcurrentSkipListMap<>();

		private volatile @Nullable ServiceContext context;

		@Override
		public void start(ServiceContext incarnation) {
			this.context = incarnation;
			incarnation.events().on(String.class, this::look);
		}

		void askForAll(List<String> names) {
			ServiceContext current = Objects.requireNonNull(this.context);
			ServiceWork work = current.work();
			if (names.equals(KINDS)) {
				work.worker("worker", (worker) -> look("worker")).start();
				work.task("task", () -> look("task")).queue();
				work.start(MicroTask.medium("micro-task"), () -> look("micro-task"));
				current.events().emit("hook");
				work.every(Duration.ofMillis(1), () -> look("ticker"));
			}
			else {
				names.forEach((name) -> current.events().emit(name));
			}
		}

		void clearAndLookWithoutContext() {
			Objects.requireNonNull(this.context).work().start(MicroTask.high("plain"), () -> look("plain"));
		}

		private String look(String name) {
			Observation observation = OBSERVATIONS.getCurrentObservation();
			String found = "user=%s tenant=%s observation=%s".formatted(MDC.get("user"), TENANT.get(),
					(observation != null) ? observation.getContext().getName() : "none");
			this.seen.put(name, found);
			return found;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MdcDecorator {

		@Bean
		TaskDecorator decorator() {
			return (task) -> {
				Map<String, String> captured = new TreeMap<>(
						Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of()));
				return () -> {
					MDC.setContextMap(captured);
					try {
						task.run();
					}
					finally {
						MDC.clear();
					}
				};
			};
		}

	}

}
