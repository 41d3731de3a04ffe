package io.managedservices.autoconfigure.endpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.endpoint.ManagedServicesEndpointWebExtension;
import io.managedservices.actuate.endpoint.ServiceTransitions;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint of services, where
 * {@code management.endpoints.web.exposure.include} or its like for JMX exposes it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(ManagedServices.class)
@ConditionalOnAvailableEndpoint(ManagedServicesEndpoint.class)
public final class ManagedServicesEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ServiceTransitions managedServicesTransitions() {
		return new ServiceTransitions();
	}

	@Bean
	@ConditionalOnMissingBean
	ManagedServicesEndpoint managedServicesEndpoint(ManagedServices services, ServiceTransitions transitions) {
		return new ManagedServicesEndpoint(services, transitions);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
	ManagedServicesEndpointWebExtension managedServicesEndpointWebExtension(ManagedServicesEndpoint endpoint) {
		return new ManagedServicesEndpointWebExtension(endpoint);
	}

}
