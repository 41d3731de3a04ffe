// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.actuate.endpoint.ReactiveHealthEndpointWebExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedServices;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The starter leaves alone what is not its own: an application has the same beans with
 * and without it, and the same one is found and injected for each type.
 */
class BeansIntegrationTests {

	/**
	 * What the documentation says is replaced, and by what it may be replaced.
	 */
	private static final Map<String, Class<?>> REPLACED = Map.of("lifecycleProcessor", DefaultLifecycleProcessor.class,
			"healthEndpointGroups", HealthEndpointGroups.class, "healthEndpointWebExtension",
			HealthEndpointWebExtension.class, "reactiveHealthEndpointWebExtension",
			ReactiveHealthEndpointWebExtension.class);

	/**
	 * Types of which Boot takes every bean, and the class of groups that are extended.
	 */
	private static final Set<String> EXTENDED = Set.of(HealthEndpointGroupsPostProcessor.class.getName(),
			OperationInvokerAdvisor.class.getName(),
			"org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesHealthEndpointGroups");

	@ParameterizedTest
	@EnumSource
	void beansWhenStarterIsThereAreThoseOfTheApplication(WebApplicationType webType) {
		compare(webType, Application.class);
	}

	@ParameterizedTest
	@EnumSource
	void beansWhenTimeIsSimulatedAreThoseOfTheApplication(WebApplicationType webType) {
		compare(webType, Application.class, Simulated.class);
	}

	private static void compare(WebApplicationType webType, Class<?>... sources) {
		ContextBeans expected;
		try (ConfigurableApplicationContext without = run(webType, starter().collect(Collectors.joining(",")),
				Application.class)) {
			assertThat(without.getBeanNamesForType(ManagedServices.class)).isEmpty();
			expected = ContextBeans.of(without);
		}
		try (ConfigurableApplicationContext with = run(webType, "", sources)) {
			assertThat(with.getBeanNamesForType(ManagedServices.class)).hasSize(1);
			assertSame(with, expected);
			assertThat(with.getBeansOfType(Executor.class)).containsOnlyKeys(expected.definitions()
				.keySet()
				.stream()
				.filter((name) -> with.isTypeMatch(name, Executor.class))
				.toList());
		}
	}

	@Test
	void beansWhenUserHasOneOfAKindAreStillTheOnlyOnes() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
			.withUserConfiguration(OneOfAKind.class);
		AtomicReference<ContextBeans> expected = new AtomicReference<>();
		runner.run((context) -> expected
			.set(ContextBeans.of(context.getSourceApplicationContext(ConfigurableApplicationContext.class))));
		assertThat(expected.get().byType()).containsEntry(SmartLifecycle.class,
				"found userLifecycle, injected userLifecycle");
		runner
			.withConfiguration(AutoConfigurations
				.of(starter().map((name) -> ClassUtils.resolveClassName(name, null)).toArray(Class<?>[]::new)))
			.run((context) -> {
				assertThat(context).hasSingleBean(ManagedServices.class);
				assertSame(context.getSourceApplicationContext(ConfigurableApplicationContext.class), expected.get());
			});
	}

	private static void assertSame(ConfigurableApplicationContext with, ContextBeans expected) {
		ContextBeans found = ContextBeans.of(with, expected.byType().keySet());
		Map<String, String> missed = new TreeMap<>();
		expected.definitions().forEach((name, definition) -> {
			Class<?> replacement = REPLACED.get(name);
			boolean same = (replacement != null) ? replacement.isInstance(with.getBean(name))
					: definition.equals(found.definitions().get(name));
			if (!same) {
				missed.put(name, definition + " -> " + found.definitions().get(name));
			}
		});
		expected.byType().forEach((type, outcome) -> {
			if (!EXTENDED.contains(type.getName()) && !outcome.equals(found.byType().get(type))) {
				missed.put(type.getName(), outcome + " -> " + found.byType().get(type));
			}
		});
		assertThat(missed).isEmpty();
	}

	private static ConfigurableApplicationContext run(WebApplicationType webType, String excluded,
			Class<?>... sources) {
		SpringApplication application = new SpringApplication(sources);
		application.setWebApplicationType(webType);
		return application.run("--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--spring.reactor.netty.shutdown-quiet-period=0s", "--management.endpoints.web.exposure.include=*",
				"--spring.autoconfigure.exclude=" + excluded);
	}

	private static Stream<String> starter() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.managedservices."));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableScheduling
	static class Application {

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Simulated {

		@Bean
		SimulatedTime simulatedTime() {
			return SimulatedTime.startingNow();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneOfAKind {

		@Bean
		SmartLifecycle userLifecycle() {
			return mock(SmartLifecycle.class);
		}

		@Bean
		ApplicationListener<ContextClosedEvent> userListener() {
			return (event) -> {
			};
		}

		@Bean
		SmartInitializingSingleton userSingleton() {
			return () -> {
			};
		}

		@Bean
		static BeanPostProcessor userPostProcessor() {
			return new BeanPostProcessor() {
			};
		}

	}

}
