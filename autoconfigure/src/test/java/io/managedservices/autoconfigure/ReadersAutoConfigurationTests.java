// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.startup.StartupEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

import io.managedservices.ManagedServices;
import io.managedservices.ScriptedServices;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.endpoint.ManagedServicesEndpointWebExtension;
import io.managedservices.actuate.endpoint.ServiceTransitions;
import io.managedservices.actuate.history.StartupSteps;
import io.managedservices.actuate.operation.AuditingServiceOperationListener;
import io.managedservices.actuate.operation.ServiceOperations;
import io.managedservices.autoconfigure.endpoint.ManagedServicesEndpointAutoConfiguration;
import io.managedservices.autoconfigure.endpoint.TextSanitizerAutoConfiguration;
import io.managedservices.autoconfigure.health.ManagedServicesHealthContributorAutoConfiguration;
import io.managedservices.autoconfigure.metrics.ManagedServicesMetricsAutoConfiguration;
import io.managedservices.health.ManagedServicesHealthContributor;
import io.managedservices.metrics.ManagedServicesMetrics;
import io.managedservices.metrics.ServiceOperationMetrics;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the auto-configurations of health, metrics and the endpoint.
 */
class ReadersAutoConfigurationTests {

	private final ScriptedServices services = new ScriptedServices().required("database")
		.move("database", ServiceState.RUNNING);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TextSanitizerAutoConfiguration.class,
				ManagedServicesEndpointAutoConfiguration.class, ManagedServicesHealthContributorAutoConfiguration.class,
				ManagedServicesMetricsAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);

	private final ApplicationContextRunner withServices = this.runner.withBean("managedServices", ManagedServices.class,
			() -> this.services);

	@Test
	void readersWhenThereAreServicesAreThere() {
		this.withServices.withPropertyValues("management.endpoints.web.exposure.include=managedservices")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(ManagedServicesHealthContributor.class)
					.hasSingleBean(ManagedServicesMetrics.class)
					.hasBean("managedServicesReadinessHealthIndicator");
				assertThat(context.getBean(HealthContributorRegistry.class).stream()).extracting("name")
					.contains("managedServices", "managedServicesReadiness");
			});
	}

	@Test
	void readersWhenThereAreNoServicesAreAbsent() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(ManagedServicesHealthContributor.class)
			.doesNotHaveBean(ManagedServicesMetrics.class)
			.doesNotHaveBean(ManagedServicesEndpoint.class));
	}

	@Test
	void endpointWhenExposedIsThereWithItsMemory() {
		this.withServices.withPropertyValues("management.endpoints.web.exposure.include=managedservices")
			.run((context) -> assertThat(context).hasSingleBean(ManagedServicesEndpoint.class)
				.hasSingleBean(ServiceTransitions.class)
				.hasSingleBean(ServiceOperations.class)
				.hasSingleBean(AuditingServiceOperationListener.class)
				.hasSingleBean(ServiceOperationMetrics.class));
	}

	@Test
	void endpointWhenNotExposedRemembersNothing() {
		this.withServices.run((context) -> assertThat(context).doesNotHaveBean(ManagedServicesEndpoint.class)
			.doesNotHaveBean(ServiceTransitions.class));
	}

	@Test
	void startupWhenBufferedHasStepsOfServices() {
		BufferingApplicationStartup startup = new BufferingApplicationStartup(1000);
		ApplicationContextRunner exposed = this.withServices
			.withConfiguration(AutoConfigurations.of(StartupEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=managedservices,startup");
		exposed.run((context) -> assertThat(context).doesNotHaveBean(StartupSteps.class));
		exposed.withInitializer((context) -> context.setApplicationStartup(startup)).run((context) -> {
			this.services.addListener(context.getBean(StartupSteps.class));
			this.services.move("database", ServiceState.STARTING).move("database", ServiceState.RUNNING);
			assertThat(startup.getBufferedTimeline().getEvents())
				.extracting((event) -> event.getStartupStep().getName())
				.contains(StartupSteps.NAME);
		});
	}

	@Test
	void endpointWhenAccessIsNoneIsAbsent() {
		this.withServices
			.withPropertyValues("management.endpoints.web.exposure.include=*",
					"management.endpoint.managedservices.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(ManagedServicesEndpoint.class)
				.doesNotHaveBean(ServiceTransitions.class)
				.doesNotHaveBean(ManagedServicesEndpointWebExtension.class));
	}

	@Test
	void readersWhenActuatorIsAbsentAreAbsent() {
		byName("org.springframework.boot.actuate", "org.springframework.boot.health")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("managedServicesHealthContributor")
				.doesNotHaveBean("managedServicesEndpoint")
				.hasSingleBean(ManagedServicesMetrics.class));
	}

	@Test
	void healthWhenThereIsHealthWithoutActuatorHasNoGroups() {
		byName("org.springframework.boot.actuate").run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(ManagedServicesHealthContributor.class)
			.doesNotHaveBean("readinessHealthEndpointGroupsPostProcessor")
			.doesNotHaveBean("managedServicesEndpoint"));
	}

	@Test
	void metricsWhenMicrometerIsAbsentAreAbsent() {
		new ApplicationContextRunner().withUserConfiguration(ReadersByName.class)
			.withBean("managedServices", ManagedServices.class, () -> this.services)
			.withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.boot.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("managedServicesMetrics")
				.hasSingleBean(ManagedServicesHealthContributor.class));
	}

	@Test
	void metricsWhenThereIsNoRegistryAreAbsent() {
		new ApplicationContextRunner().withUserConfiguration(ReadersByName.class)
			.withBean("managedServices", ManagedServices.class, () -> this.services)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ManagedServicesMetrics.class));
	}

	private ApplicationContextRunner byName(String... absent) {
		return new ApplicationContextRunner().withUserConfiguration(ReadersByName.class)
			.withBean("managedServices", ManagedServices.class, () -> this.services)
			.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
			.withClassLoader(new FilteredClassLoader(absent));
	}

	/**
	 * Imports as an application does, by name: a class is not loaded before its
	 * conditions have been looked at.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(ReadersByName.Selector.class)
	static class ReadersByName {

		static class Selector implements DeferredImportSelector {

			@Override
			public String[] selectImports(AnnotationMetadata metadata) {
				return ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
					.getCandidates()
					.stream()
					.filter((name) -> name.startsWith("io.managedservices.autoconfigure.")
							&& !name.endsWith(".ManagedServicesAutoConfiguration"))
					.toArray(String[]::new);
			}

		}

	}

}
