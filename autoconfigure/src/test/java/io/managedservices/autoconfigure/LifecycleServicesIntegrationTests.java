// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.test.util.ReflectionTestUtils;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycleProcessor;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for services that are {@link Lifecycle} beans, which Spring would start and stop
 * in the order of their phases.
 */
@Timeout(60)
class LifecycleServicesIntegrationTests {

	private final Journal journal = new Journal();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class))
		.withBean(Journal.class, () -> this.journal);

	@ParameterizedTest
	@ValueSource(
			classes = { SmartService.class, EarlySmartService.class, ScopedSmartService.class, PlainService.class })
	void stopOfContextStopsDependentsFirst(Class<?> configuration) {
		stopsDependentsFirst(configuration, ConfigurableApplicationContext::stop,
				ConfigurableApplicationContext::start);
	}

	@ParameterizedTest
	@ValueSource(
			classes = { SmartService.class, EarlySmartService.class, ScopedSmartService.class, PlainService.class })
	void pauseOfContextStopsDependentsFirst(Class<?> configuration) {
		stopsDependentsFirst(configuration, ConfigurableApplicationContext::pause,
				ConfigurableApplicationContext::restart);
	}

	private void stopsDependentsFirst(Class<?> configuration, Consumer<ConfigurableApplicationContext> stop,
			Consumer<ConfigurableApplicationContext> start) {
		this.runner.withUserConfiguration(configuration).run((context) -> {
			ConfigurableApplicationContext running = context.getSourceApplicationContext();
			for (int round = 0; round < 2; round++) {
				assertThat(services()).containsExactly("start container", "start consumer");
				this.journal.clear();
				stop.accept(running);
				assertThat(services()).containsExactly("stop consumer", "stop container");
				this.journal.clear();
				start.accept(running);
			}
			this.journal.clear();
		});
		assertThat(services()).containsExactly("stop consumer", "stop container");
	}

	@Test
	void restartOfContextLeavesServiceAloneThatIsNotWanted() {
		this.runner.withUserConfiguration(DisabledService.class).run((context) -> {
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(this.journal.entries()).isEmpty();
			assertThat(context.getBean(ManagedServices.class).snapshot("container").state())
				.isEqualTo(ServiceState.STOPPED);
		});
	}

	@Test
	void processorHasTimeoutOfBoot() {
		this.runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=42s")
			.run((context) -> assertThat(
					ReflectionTestUtils.getField(context.getBean("lifecycleProcessor"), "timeoutPerShutdownPhase"))
				.isEqualTo(42_000L));
	}

	@Test
	void processorOfApplicationIsRefusedIfThereIsLifecycleService() {
		ApplicationContextRunner own = this.runner.withBean("lifecycleProcessor", DefaultLifecycleProcessor.class,
				DefaultLifecycleProcessor::new);
		own.run((context) -> assertThat(context).hasNotFailed());
		own.withUserConfiguration(PlainService.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessage("Service 'container' is a Lifecycle, and the bean 'lifecycleProcessor' of the application "
						+ "stops it before its dependents."));
		this.runner.withUserConfiguration(PlainService.class, OwnProcessor.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private List<String> services() {
		return this.journal.entries().stream().filter((entry) -> !entry.endsWith("broker")).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		@ManagedService(dependsOn = "container")
		ServiceLifecycle consumer(Journal journal) {
			return journal.service("consumer");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SmartService extends Consumers {

		@Bean
		@ManagedService
		Recorded container(Journal journal) {
			return new RecordedSmart(journal, "container", false, SmartLifecycle.DEFAULT_PHASE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlySmartService extends Consumers {

		@Bean
		@ManagedService
		Recorded container(Journal journal) {
			return new RecordedSmart(journal, "container", false, 0);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedSmartService extends Consumers {

		@Bean
		@ManagedService(name = "container")
		@Scope(scopeName = "singleton", proxyMode = ScopedProxyMode.INTERFACES)
		SmartLifecycle container(Journal journal) {
			return new RecordedSmart(journal, "container", false, SmartLifecycle.DEFAULT_PHASE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainService extends Consumers {

		@Bean
		RecordedSmart broker(Journal journal) {
			return new RecordedSmart(journal, "broker", true, SmartLifecycle.DEFAULT_PHASE);
		}

		@Bean
		@ManagedService
		Recorded container(Journal journal, RecordedSmart broker) {
			return new Recorded(journal, "container");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DisabledService {

		@Bean
		@ManagedService(activation = Activation.DISABLED)
		Recorded container(Journal journal) {
			return new Recorded(journal, "container");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnProcessor {

		@Bean
		ManagedServicesLifecycleProcessor lifecycleProcessor(ObjectProvider<DeferredManagedServices> services) {
			return new ManagedServicesLifecycleProcessor(services);
		}

	}

	static class Recorded implements Lifecycle {

		private final Journal journal;

		private final String name;

		private volatile boolean running;

		Recorded(Journal journal, String name) {
			this.journal = journal;
			this.name = name;
		}

		@Override
		public void start() {
			this.running = true;
			this.journal.add("start " + this.name);
		}

		@Override
		public void stop() {
			this.running = false;
			this.journal.add("stop " + this.name);
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	static class RecordedSmart extends Recorded implements SmartLifecycle {

		private final boolean autoStartup;

		private final int phase;

		RecordedSmart(Journal journal, String name, boolean autoStartup, int phase) {
			super(journal, name);
			this.autoStartup = autoStartup;
			this.phase = phase;
		}

		@Override
		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		@Override
		public int getPhase() {
			return this.phase;
		}

	}

}
