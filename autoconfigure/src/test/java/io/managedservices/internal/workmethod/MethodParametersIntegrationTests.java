// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.event.EventOrigin;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.Task;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what methods that are work are given.
 */
class MethodParametersIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	@Test
	void methodsTakeContextInAnyOrder() {
		this.runner.withUserConfiguration(Services.class).run((context) -> {
			Given given = context.getBean(Given.class);
			assertThat(given.take(5)).containsExactlyInAnyOrder("given worker", "given inverse 1", "given once once",
					"given count count", "given polls text false");
		});
	}

	@Test
	void taskOnDemandIsFoundInStartAndQueuedByOthers() {
		this.runner.withUserConfiguration(Services.class).run((context) -> {
			Given given = context.getBean(Given.class);
			List<String> begun = given.take(5);
			assertThat(begun).doesNotContain("given recount");
			given.count();
			assertThat(given.take(1)).containsExactly("given recount");
			given.count();
			assertThat(given.take(1)).containsExactly("given recount");
			assertThat(context.getBean(ManagedServices.class).work("given").tasks()).extracting("name")
				.containsExactlyInAnyOrder("count", "once", "recount");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Services {

		@Bean
		Given given() {
			return new Given();
		}

		@Bean
		Polls polls() {
			return new Polls();
		}

	}

	@ManagedService
	static class Polls {

		@Worker
		void emit(ServiceContext context) {
			context.events().emit("text");
		}

	}

	@ManagedService
	static class Given implements ServiceLifecycle {

		private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

		private volatile ServiceTask recount;

		@Override
		public void start(ServiceContext context) {
			this.recount = context.work().task("recount");
		}

		void count() {
			this.recount.queue();
		}

		List<String> take(int count) throws InterruptedException {
			List<String> taken = new ArrayList<>();
			for (int number = 0; number < count; number++) {
				taken.add(String.valueOf(this.told.poll(10, TimeUnit.SECONDS)));
			}
			return taken;
		}

		@Worker
		void worker(ServiceContext context) {
			this.told.add(context.name() + " worker");
		}

		@Worker
		void inverse(ServiceContext context, WorkerContext worker) {
			this.told.add(context.name() + " " + worker.name() + " " + worker.attempt());
		}

		@Task(fixedDelay = "10m", initialDelay = "0s", jitter = "1ms")
		void once(ServiceTask task, ServiceContext context) {
			this.told.add(context.name() + " once " + task.name());
		}

		@Task(every = "10m", initialDelay = "${absent:10ms}")
		void count(ServiceContext context, ServiceTask task) {
			this.told.add(context.name() + " count " + task.name());
		}

		@Task
		void recount(ServiceContext context) {
			this.told.add(context.name() + " recount");
		}

		@OnServiceEvent
		void on(EventOrigin origin, Object event, ServiceContext context) {
			this.told.add("%s %s %s %s".formatted(context.name(), origin.source(), event, origin.exposed()));
		}

	}

}
