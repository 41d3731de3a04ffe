// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.ui.ManagedServicesUiEndpoint;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the page about the services,
 * where {@code management.endpoints.web.exposure.include} exposes
 * {@code managedservicesui}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesEndpointAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(ManagedServices.class)
@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesUiEndpoint.class, exposure = EndpointExposure.WEB)
public final class ManagedServicesUiAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ManagedServicesUiEndpoint managedServicesUiEndpoint(ObjectProvider<PathMappedEndpoints> endpoints) {
		return new ManagedServicesUiEndpoint((endpoint) -> {
			PathMappedEndpoints known = endpoints.getIfAvailable();
			return (known != null) ? known.getRootPath(endpoint) : null;
		});
	}

}
