package io.managedservices.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedServices;
import io.managedservices.item.ItemServices;
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
				"io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration" })
@ConditionalOnClass({ MeterRegistry.class, MetricsAutoConfiguration.class })
@ConditionalOnBean({ ManagedServices.class, MeterRegistry.class })
public final class ManagedServicesMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ManagedServicesMetrics managedServicesMetrics(ManagedServices services) {
		return new ManagedServicesMetrics(services);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(ItemServices.class)
	ItemMetrics managedServicesItemMetrics(ManagedServices services, ItemServices items) {
		return new ItemMetrics(services, items);
	}

	@Bean
	@ConditionalOnMissingBean
	ServiceOperationMetrics managedServicesOperationMetrics(MeterRegistry registry) {
		return new ServiceOperationMetrics(registry);
	}

}
