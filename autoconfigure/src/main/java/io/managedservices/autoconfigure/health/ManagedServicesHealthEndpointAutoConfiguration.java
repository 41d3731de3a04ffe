// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.actuate.endpoint.ReactiveHealthEndpointWebExtension;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedServices;
import io.managedservices.health.ManagedServicesHealthEndpointWebExtension;
import io.managedservices.health.ManagedServicesReactiveHealthEndpointWebExtension;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of Boot's health endpoint, so that a
 * probe costs the same over any number of services.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = HealthEndpointAutoConfiguration.class,
		afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@ConditionalOnClass({ HealthEndpoint.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ManagedServices.class)
@ConditionalOnEnabledHealthIndicator("managedservices")
@ConditionalOnAvailableEndpoint(endpoint = HealthEndpoint.class, exposure = EndpointExposure.WEB)
public final class ManagedServicesHealthEndpointAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean
		HealthEndpointWebExtension healthEndpointWebExtension(HealthContributorRegistry contributors,
				ObjectProvider<ReactiveHealthContributorRegistry> reactive, HealthEndpointGroups groups,
				HealthEndpointProperties properties, ObjectProvider<ManagedServices> services) {
			return new ManagedServicesHealthEndpointWebExtension(contributors, reactive.getIfAvailable(), groups,
					properties.getLogging().getSlowIndicatorThreshold(), services::getObject);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ReactiveHealthEndpointWebExtension reactiveHealthEndpointWebExtension(
				ReactiveHealthContributorRegistry reactive, ObjectProvider<HealthContributorRegistry> contributors,
				HealthEndpointGroups groups, HealthEndpointProperties properties,
				ObjectProvider<ManagedServices> services) {
			return new ManagedServicesReactiveHealthEndpointWebExtension(reactive, contributors.getObject(), groups,
					properties.getLogging().getSlowIndicatorThreshold(), services::getObject);
		}

	}

}
