// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.time.InstantSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.endpoint.ManagedServicesEndpointWebExtension;
import io.managedservices.actuate.endpoint.OperationArguments;
import io.managedservices.actuate.endpoint.ServiceTransitions;
import io.managedservices.actuate.endpoint.ShownValues;
import io.managedservices.actuate.operation.AuditingServiceOperationListener;
import io.managedservices.actuate.operation.ServiceOperationListener;
import io.managedservices.actuate.operation.ServiceOperations;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.internal.sanitize.TextSanitizer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the endpoint of services, where
 * {@code management.endpoints.web.exposure.include} or its like for JMX exposes it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TextSanitizerAutoConfiguration.class,
		afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
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
	ManagedServicesEndpoint managedServicesEndpoint(ManagedServices services, ServiceTransitions transitions,
			ObjectProvider<ItemServices> itemServices, ObjectProvider<ShownValues> values) {
		return new ManagedServicesEndpoint(services, transitions, (service) -> {
			ItemServices items = itemServices.getIfAvailable();
			return (items != null) ? items.snapshot(service) : null;
		}, values.getIfAvailable(() -> ShownValues.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
	ManagedServicesEndpointWebExtension managedServicesEndpointWebExtension(ManagedServicesEndpoint endpoint,
			ServiceOperations operations, ObjectProvider<ShownValues> values) {
		return new ManagedServicesEndpointWebExtension(endpoint, operations,
				values.getIfAvailable(() -> ShownValues.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
	ServiceOperations managedServicesOperations(ManagedServices services,
			ObjectProvider<ServiceOperationListener> listeners, ObjectProvider<TextSanitizer> sanitizer,
			ObjectProvider<ServiceThreads> threads) {
		// Somebody else's façade has none.
		ServiceThreads own = threads.getIfAvailable();
		return new ServiceOperations(services, listeners.orderedStream().toList(),
				sanitizer.getIfAvailable(() -> TextSanitizer.HIDING),
				(own != null) ? Backend.of(own)::instant : InstantSource.system());
	}

	@Bean
	@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
	static OperationArguments managedServicesOperationArguments(ObjectProvider<ServiceOperations> operations) {
		return new OperationArguments(operations::getObject);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = ManagedServicesEndpoint.class, exposure = EndpointExposure.WEB)
	AuditingServiceOperationListener managedServicesOperationAudit(ApplicationEventPublisher publisher) {
		return new AuditingServiceOperationListener(publisher);
	}

}
