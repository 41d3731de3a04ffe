// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Scheduler;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.messaging.MessageHandler;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs schedulers of Quartz and flows of Spring Integration as services: Spring's own
 * beans that start and stop themselves.
 */
@Timeout(120)
class ContainersIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class));

	@Test
	void schedulerThatStartsItselfIsRefused() {
		this.runner.withUserConfiguration(StartingScheduler.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Service 'scheduler' is a SmartLifecycle that Spring starts, too"));
	}

	@Test
	void schedulerIsStartedAndStoppedAsItsFactoryIs() {
		this.runner.withUserConfiguration(PassiveScheduler.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Scheduler scheduler = context.getBean(Scheduler.class);
			assertThat(services.snapshot("scheduler").state()).isEqualTo(ServiceState.RUNNING);
			assertThat(scheduler.isInStandbyMode()).isFalse();
			services.perform(ServiceAction.STOP, "scheduler").join();
			assertThat(scheduler.isInStandbyMode()).isTrue();
			services.perform(ServiceAction.START, "scheduler").join();
			assertThat(scheduler.isInStandbyMode()).isFalse();
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			source.stop();
			assertThat(scheduler.isInStandbyMode()).isTrue();
		});
	}

	@Test
	void flowWithEndpointsThatStartThemselvesIsRefused() {
		this.runner.withUserConfiguration(StartingFlow.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Service 'flow' has an endpoint '")
				.hasMessageContaining("that Spring starts and stops itself"));
		this.runner.withUserConfiguration(StartingHandler.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Service 'handler' has an endpoint '")
				.hasMessageContaining("that Spring starts and stops itself"));
	}

	@Test
	void flowWithoutEndpointsThatStartThemselvesIsStartedAndStopped() {
		this.runner.withUserConfiguration(PassiveFlow.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Lifecycle endpoint = context.getBean("votes", Lifecycle.class);
			assertThat(endpoint.isRunning()).isTrue();
			services.perform(ServiceAction.STOP, "flow").join();
			assertThat(endpoint.isRunning()).isFalse();
			services.perform(ServiceAction.START, "flow").join();
			assertThat(endpoint.isRunning()).isTrue();
		});
	}

	@Test
	void suppliedSchedulerAndEndpointFollowTheirService() {
		this.runner.withUserConfiguration(SuppliedParts.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Lifecycle scheduler = context.getBean("&scheduler", Lifecycle.class);
			Lifecycle endpoint = context.getBean("poller", Lifecycle.class);
			assertThat(scheduler.isRunning()).isTrue();
			assertThat(endpoint.isRunning()).isTrue();
			services.perform(ServiceAction.STOP, "store").join();
			assertThat(scheduler.isRunning()).isFalse();
			assertThat(endpoint.isRunning()).isFalse();
			services.perform(ServiceAction.START, "store").join();
			Awaitility.await().until(() -> scheduler.isRunning() && endpoint.isRunning());
		});
	}

	@Test
	void suppliedSchedulerThatStartsItselfIsRefused() {
		this.runner.withUserConfiguration(SuppliedStartingScheduler.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("spring.quartz.auto-startup=false for Quartz"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class SuppliedParts {

		@Bean
		@ManagedService
		Store store() {
			return new Store();
		}

		@Bean
		SchedulerFactoryBean scheduler() {
			SchedulerFactoryBean factory = new SchedulerFactoryBean();
			factory.setAutoStartup(false);
			return factory;
		}

		@Bean
		IntegrationFlow flow() {
			return IntegrationFlow
				.fromSupplier(() -> "vote",
						(endpoint) -> endpoint.id("poller").autoStartup(false).poller(Pollers.fixedDelay(60_000)))
				.handle((message) -> {
				})
				.get();
		}

		@Bean
		ServiceRegistration jobs(BeanFactory beans) {
			return new ServiceRegistration("jobs", () -> beans.getBean("&scheduler", Lifecycle.class))
				.dependsOn("store");
		}

		@Bean
		ServiceRegistration polls(BeanFactory beans) {
			return new ServiceRegistration("polls", () -> beans.getBean("poller", Lifecycle.class)).dependsOn("store");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SuppliedStartingScheduler {

		@Bean
		SchedulerFactoryBean scheduler() {
			return new SchedulerFactoryBean();
		}

		@Bean
		ServiceRegistration jobs(BeanFactory beans) {
			return new ServiceRegistration("jobs", () -> beans.getBean("&scheduler", Lifecycle.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StartingScheduler {

		@Bean
		@ManagedService
		SchedulerFactoryBean scheduler() {
			return new SchedulerFactoryBean();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PassiveScheduler {

		@Bean
		@ManagedService
		SchedulerFactoryBean scheduler() {
			SchedulerFactoryBean factory = new SchedulerFactoryBean();
			factory.setAutoStartup(false);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class StartingFlow {

		@Bean
		@ManagedService
		IntegrationFlow flow() {
			return IntegrationFlow.fromSupplier(() -> "vote", (endpoint) -> endpoint.poller(Pollers.fixedDelay(60_000)))
				.handle((message) -> {
				})
				.get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class StartingHandler {

		@Bean
		@ManagedService
		@ServiceActivator(inputChannel = "votes")
		MessageHandler handler() {
			return (message) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class PassiveFlow {

		@Bean
		@ManagedService
		IntegrationFlow flow() {
			return IntegrationFlow
				.fromSupplier(() -> "vote",
						(endpoint) -> endpoint.id("votes").autoStartup(false).poller(Pollers.fixedDelay(60_000)))
				.handle((message) -> {
				}, (endpoint) -> endpoint.autoStartup(false))
				.get();
		}

	}

}
