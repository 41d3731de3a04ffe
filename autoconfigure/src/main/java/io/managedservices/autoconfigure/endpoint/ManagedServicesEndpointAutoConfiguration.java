// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.endpoint;

import java.time.InstantSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.startup.StartupEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;
import org.springframework.web.context.WebApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.actuate.endpoint.ManagedServicesEndpoint;
import io.managedservices.actuate.endpoint.ManagedServicesEndpointWebExtension;
import io.managedservices.actuate.endpoint.OperationArguments;
import io.managedservices.actuate.endpoint.ServiceSources;
import io.managedservices.actuate.endpoint.ServiceTransitions;
import io.managedservices.actuate.endpoint.ShownValues;
import io.managedservices.actuate.history.EpisodeRecorder;
import io.managedservices.actuate.history.ServicesHistory;
import io.managedservices.actuate.history.StartRecorder;
import io.managedservices.actuate.history.StartupSteps;
import io.managedservices.actuate.history.StopRecorder;
import io.managedservices.actuate.operation.AuditingServiceOperationListener;
import io.managedservices.actuate.operation.PossibleOperations;
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
		afterName = { "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration",
				"org.springframework.boot.actuate.autoconfigure.startup.StartupEndpointAutoConfiguration" })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(ManagedServices.class)
@ConditionalOnAvailableEndpoint(ManagedServicesEndpoint.class)
public final class ManagedServicesEndpointAutoConfiguration {

	private static final EndpointId SERVICES = EndpointId.of("managedservices");

	@Bean
	@ConditionalOnMissingBean
	ServiceTransitions managedServicesTransitions() {
		return new ServiceTransitions();
	}

	@Bean
	@ConditionalOnMissingBean
	StartRecorder managedServicesStartRecorder() {
		return new StartRecorder();
	}

	@Bean
	@ConditionalOnMissingBean
	StopRecorder managedServicesStopRecorder() {
		return new StopRecorder();
	}

	@Bean
	@ConditionalOnMissingBean
	EpisodeRecorder managedServicesEpisodeRecorder(ObjectProvider<ServiceThreads> threads) {
		return new EpisodeRecorder(time(threads));
	}

	@Bean
	@ConditionalOnBean(StartupEndpoint.class)
	StartupSteps managedServicesStartupSteps(ConfigurableBeanFactory beanFactory) {
		return new StartupSteps(beanFactory.getApplicationStartup());
	}

	@Bean
	@ConditionalOnMissingBean
	ManagedServicesEndpoint managedServicesEndpoint(ManagedServices services, ServiceTransitions transitions,
			StartRecorder start, StopRecorder stop, EpisodeRecorder episodes, ObjectProvider<ItemServices> itemServices,
			ObjectProvider<ShownValues> values, ObjectProvider<EndpointAccessResolver> access,
			ObjectProvider<WritePermission> permission, ObjectProvider<ServiceThreads> threads,
			Environment environment) {
		PossibleOperations operations = new PossibleOperations(services, () -> {
			EndpointAccessResolver resolver = access.getIfAvailable();
			return resolver != null && resolver.accessFor(SERVICES, Access.READ_ONLY) == Access.UNRESTRICTED;
		}, () -> permission.stream().allMatch(WritePermission::isGranted));
		return new ManagedServicesEndpoint(services, transitions, new ServicesHistory(start, stop, episodes),
				new ServiceSources((service) -> {
					ItemServices items = itemServices.getIfAvailable();
					return (items != null) ? items.snapshot(service) : null;
				}, new DeclaredServices(services, environment), operations),
				values.getIfAvailable(() -> ShownValues.NONE), time(threads));
	}

	// Somebody else's façade has none.
	private static InstantSource time(ObjectProvider<ServiceThreads> threads) {
		ServiceThreads own = threads.getIfAvailable();
		return (own != null) ? Backend.of(own)::instant : InstantSource.system();
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
		return new ServiceOperations(services, listeners.orderedStream().toList(),
				sanitizer.getIfAvailable(() -> TextSanitizer.HIDING), time(threads));
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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(WebInvocationPrivilegeEvaluator.class)
	static final class ServletSecurity {

		@Bean
		ServletWritePermission managedServicesWritePermission(ObjectProvider<WebInvocationPrivilegeEvaluator> rules,
				WebApplicationContext context) {
			return new ServletWritePermission(rules, context);
		}

	}

}
