// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.operation.ServiceOperations;

/**
 * Has attempts to do something to a service bounded, and told, where the web server of
 * the endpoints is, be it that of the application or one of their own. Last, so that it
 * is known who asks.
 *
 * @since 0.1.0
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
public final class ManagedServicesEndpointManagementContextConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(name = "jakarta.servlet.Filter")
	static final class Servlet {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ServletWriteAttemptFilter managedServicesWriteAttemptFilter(ObjectProvider<PathMappedEndpoints> endpoints,
				ObjectProvider<ServiceOperations> operations) {
			return new ServletWriteAttemptFilter(new WriteAttempts(endpoints, operations));
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ServletBodyLimitFilter managedServicesBodyLimitFilter(ObjectProvider<PathMappedEndpoints> endpoints,
				ObjectProvider<ServiceOperations> operations) {
			return new ServletBodyLimitFilter(new WriteAttempts(endpoints, operations));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static final class Reactive {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ReactiveWriteAttemptFilter managedServicesWriteAttemptFilter(ObjectProvider<PathMappedEndpoints> endpoints,
				ObjectProvider<ServiceOperations> operations) {
			return new ReactiveWriteAttemptFilter(new WriteAttempts(endpoints, operations));
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ReactiveBodyLimitFilter managedServicesBodyLimitFilter(ObjectProvider<PathMappedEndpoints> endpoints,
				ObjectProvider<ServiceOperations> operations) {
			return new ReactiveBodyLimitFilter(new WriteAttempts(endpoints, operations));
		}

	}

}
