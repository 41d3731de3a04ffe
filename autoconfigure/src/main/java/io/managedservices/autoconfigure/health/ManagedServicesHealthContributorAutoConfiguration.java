// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedServices;
import io.managedservices.health.ManagedServicesHealthContributor;
import io.managedservices.health.ManagedServicesReadinessHealthIndicator;
import io.managedservices.health.ReadinessHealthEndpointGroupsPostProcessor;
import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the health of services: a
 * contributor {@code managedServices} with a child for each, and an indicator
 * {@code managedServicesReadiness} in the groups {@code readiness} and {@code startup}.
 * Switched off by {@code management.health.managedservices.enabled=false}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AvailabilityProbesAutoConfiguration.class,
		afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ManagedServices.class)
@ConditionalOnEnabledHealthIndicator("managedservices")
public final class ManagedServicesHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "managedServicesHealthContributor")
	ManagedServicesHealthContributor managedServicesHealthContributor(ObjectProvider<ManagedServices> services,
			ObjectProvider<TextSanitizer> sanitizer) {
		return new ManagedServicesHealthContributor(later(services), texts(sanitizer));
	}

	@Bean
	@ConditionalOnMissingBean(name = "managedServicesReadinessHealthIndicator")
	ManagedServicesReadinessHealthIndicator managedServicesReadinessHealthIndicator(
			ObjectProvider<ManagedServices> services, ObjectProvider<TextSanitizer> sanitizer) {
		return new ManagedServicesReadinessHealthIndicator(later(services), texts(sanitizer));
	}

	// One lambda for all: each is a class of its own.
	private static <T> Supplier<T> later(ObjectProvider<T> provider) {
		return provider::getObject;
	}

	private static Supplier<TextSanitizer> texts(ObjectProvider<TextSanitizer> sanitizer) {
		return () -> sanitizer.getIfAvailable(() -> TextSanitizer.HIDING);
	}

	/**
	 * The groups, which exist only where there is an endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
	static class HealthEndpointGroupsConfiguration {

		@Bean
		ReadinessHealthEndpointGroupsPostProcessor readinessHealthEndpointGroupsPostProcessor(
				ObjectProvider<HealthEndpointProperties> properties) {
			return new ReadinessHealthEndpointGroupsPostProcessor("managedServicesReadiness",
					(group, member) -> isExcluded(properties.getIfAvailable(), group, member));
		}

		private static boolean isExcluded(@Nullable HealthEndpointProperties properties, String name, String member) {
			HealthEndpointProperties.Group group = (properties != null) ? properties.getGroup().get(name) : null;
			Set<String> excluded = (group != null) ? group.getExclude() : null;
			return excluded != null && (excluded.contains(member) || excluded.contains("*"));
		}

	}

}
