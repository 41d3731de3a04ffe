// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ScriptedServices;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.log.LifecycleEventPublisher;
import io.managedservices.internal.log.ServiceFailureListeners;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.WorkSnapshot;
import io.managedservices.state.Condition.Severity;
import io.managedservices.work.ServiceFailure;
import io.managedservices.work.ServiceFailureListener;
import io.managedservices.work.Task;
import io.managedservices.work.WorkKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for what surrounds the work inside services.
 */
@ExtendWith(OutputCaptureExtension.class)
class WorkIntegrationTests {

	private static final ServiceSnapshot MAIL = new ScriptedServices().required("mail").snapshot("mail");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	@Test
	void workloadWhenConfiguredHasLimits() {
		this.runner.withUserConfiguration(Mail.class)
			.withPropertyValues("managed-services.work.task-slots=7")
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				assertThat(services.workload().taskSlots()).isEqualTo(7);
				assertThat(services.work("mail")).isEqualTo(WorkSnapshot.NONE);
			});
	}

	@Test
	void refreshWhenWorkIsWrongReportsAllAtOnce() {
		this.runner.withUserConfiguration(BadTask.class)
			.withPropertyValues("managed-services.work.task-slots=0", "managed-services.work.long-task=0s",
					"managed-services.work.micro-tasks.limit=1",
					"managed-services.work.micro-tasks.medium-max-delay=0s",
					"managed-services.work.micro-tasks.low-max-delay=-1s", "managed-services.defaults.event-buffer=0",
					"managed-services.work.max-threads=1", "managed-services.work.failures-kept=-1",
					"managed-services.work.exposed-event-buffer=0")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOfSatisfying(InvalidServiceGraphException.class, (ex) -> {
					assertThat(ex.getProblems()).extracting("description")
						.containsExactly(
								"managed-services.work.long-task is invalid: expected a duration above 0 and up to 36500d, found PT0S.",
								"managed-services.work.task-slots is invalid: expected a number of 1 or more, found 0.",
								"managed-services.work.micro-tasks.limit is invalid: expected a number of 2 or more, found 1.",
								"managed-services.work.micro-tasks.low-max-delay is invalid: expected a duration from 0 up to 36500d, found PT-1S.",
								"managed-services.work.max-threads is invalid: expected a number of 2 or more, found 1.",
								"managed-services.work.failures-kept is invalid: expected a number of 1 or more, found -1.",
								"managed-services.work.exposed-event-buffer is invalid: expected a number of 1 or more, found 0.",
								"managed-services.defaults have an invalid event-buffer: expected 1 or more, found 0.",
								"Service 'badTask' has an invalid every of @Task: expected a duration above 0, such as 500ms or 10s, found 'often' (@Task on method BadTask.recount).");
					assertThat(ex.getProblems()).extracting("action")
						.startsWith("Correct managed-services.work.long-task.",
								"Correct managed-services.work.task-slots.")
						.endsWith("Correct every of @Task on method BadTask.recount.");
				}));
	}

	@Test
	void combineWhenThereIsNoDecoratorCarriesNothing() {
		this.runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
			.run((context) -> assertThat(decorator(context)).isNull());
	}

	@Test
	void combineWhenThereAreSeveralDecoratesInOrder() {
		this.runner.withUserConfiguration(Decorators.class).run((context) -> {
			List<String> calls = new ArrayList<>();
			decorator(context).apply(() -> calls.add("task")).run();
			assertThat(context.getBean(Decorators.class).calls).containsExactly("first", "second");
			assertThat(calls).containsExactly("task");
		});
	}

	@Test
	void combineWhenContextIsPropagatedCarriesObservation() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler((context) -> true);
		this.runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
			.withPropertyValues("spring.task.execution.propagate-context=true")
			.run((context) -> {
				UnaryOperator<Runnable> decorator = decorator(context);
				Observation observation = Observation.start("request", registry);
				List<Observation> seen = new ArrayList<>();
				Runnable task = observation
					.scoped(() -> decorator.apply(() -> seen.add(registry.getCurrentObservation())));
				task.run();
				assertThat(seen).containsExactly(observation);
				assertThat(registry.getCurrentObservation()).isNull();
			});
	}

	@Test
	void workFailedTellsEachReporterAndLogsTheOneThatThrows(CapturedOutput output) {
		this.runner.withUserConfiguration(Mail.class, Reporters.class).run((context) -> {
			ServiceFailure failure = failure(Severity.ERROR);
			context.getBean(ServiceFailureListeners.class).onEvent(new LifecycleEvent.WorkFailed(MAIL, failure));
			context.getBean(ServiceFailureListeners.class).onEvent(new LifecycleEvent.Quiescing());
			assertThat(context.getBean(Reporters.class).failures).containsExactly(failure);
			assertThat(output).contains("could not take the failure of worker 'inbox' of service 'mail'")
				.contains("tracker is down");
		});
	}

	@Test
	void emittedIsPublishedWithTheEventItself() {
		this.runner.withUserConfiguration(Mail.class, Listeners.class).run((context) -> {
			Arrived arrived = new Arrived("hello");
			LifecycleEvent.Emitted emitted = new LifecycleEvent.Emitted("mail", arrived);
			LifecycleEvent.WorkFailed failed = new LifecycleEvent.WorkFailed(MAIL, failure(Severity.WARNING));
			LifecycleEventPublisher publisher = context.getBean(LifecycleEventPublisher.class);
			publisher.onEvent(emitted);
			publisher.onEvent(failed);
			assertThat(context.getBean(Listeners.class).heard).containsExactly(emitted, arrived, failed);
		});
	}

	private static ServiceFailure failure(Severity severity) {
		return new ServiceFailure(new ServiceFailure.Source("mail", WorkKind.WORKER, "inbox"),
				new IllegalStateException("refused"), List.of(), Instant.EPOCH, severity);
	}

	private static UnaryOperator<Runnable> decorator(ApplicationContext context) {
		return TaskDecorators.combine(context.getBeanProvider(TaskDecorator.class));
	}

	record Arrived(String text) {

	}

	@ManagedService(name = "mail")
	static class Mail {

	}

	@ManagedService(name = "badTask")
	static class BadTask {

		@Task(every = "often")
		void recount() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Decorators {

		final List<String> calls = new ArrayList<>();

		@Bean
		@Order(2)
		TaskDecorator second() {
			return (task) -> recording("second", task);
		}

		@Bean
		@Order(1)
		TaskDecorator first() {
			return (task) -> recording("first", task);
		}

		private Runnable recording(String name, Runnable task) {
			this.calls.add(name);
			return task;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reporters {

		final List<ServiceFailure> failures = new ArrayList<>();

		@Bean
		@Order(1)
		ServiceFailureListener broken() {
			return (failure) -> {
				throw new IllegalStateException("tracker is down");
			};
		}

		@Bean
		@Order(2)
		ServiceFailureListener working() {
			return this.failures::add;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		final List<Object> heard = new ArrayList<>();

		@EventListener
		void on(Arrived event) {
			this.heard.add(event);
		}

		@EventListener
		void on(LifecycleEvent.Emitted event) {
			this.heard.add(event);
		}

		@EventListener
		void on(LifecycleEvent.WorkFailed event) {
			this.heard.add(event);
		}

	}

}
