// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.metrics;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedServices;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.item.ItemServices;
import io.managedservices.metrics.ItemMetrics;
import io.managedservices.metrics.ManagedServicesMetrics;
import io.managedservices.metrics.ServiceOperationMetrics;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the metrics of services.
 * Switched off, as every meter, by its name:
 * {@code management.metrics.enable.managed.services=false}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class },
		afterName = { "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration",
				"io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration",
				"io.managedservices.autoconfigure.endpoint.ManagedServicesEndpointAutoConfiguration" })
@ConditionalOnClass({ MeterRegistry.class, MetricsAutoConfiguration.class })
@ConditionalOnBean({ ManagedServices.class, MeterRegistry.class })
public final class ManagedServicesMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ManagedServicesMetrics managedServicesMetrics(ObjectProvider<ManagedServices> services,
			ObjectProvider<ServicePresence> presence, Environment environment) {
		return new ManagedServicesMetrics(later(services), whenAny(presence),
				environment.getProperty("managed-services.metrics.states", Boolean.class, false));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(ItemServices.class)
	ItemMetrics managedServicesItemMetrics(ObjectProvider<ManagedServices> services, ObjectProvider<ItemServices> items,
			ObjectProvider<ServicePresence> presence) {
		return new ItemMetrics(later(services), later(items), whenAny(presence));
	}

	// One lambda for all: each is a class of its own.
	private static <T> Supplier<T> later(ObjectProvider<T> provider) {
		return provider::getObject;
	}

	private static Consumer<Runnable> whenAny(ObjectProvider<ServicePresence> provider) {
		ServicePresence presence = provider.getIfAvailable();
		return (presence != null) ? presence : Runnable::run;
	}

	/**
	 * What operators do, where there is an endpoint for it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(type = "io.managedservices.actuate.operation.ServiceOperations")
	static class OperationsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ServiceOperationMetrics managedServicesOperationMetrics(MeterRegistry registry) {
			return new ServiceOperationMetrics(registry);
		}

	}

}
