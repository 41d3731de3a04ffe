// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.managedservices.ManagedServices;
import io.managedservices.internal.discovery.GateFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for gates: services that run while a
 * health contributor is up, by {@code managed-services.gates}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@ConditionalOnClass(HealthContributorRegistry.class)
@ConditionalOnBean(ManagedServices.class)
public final class HealthGateAutoConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean(GateFactory.class)
	HealthGateFactory managedServicesHealthGateFactory(ObjectProvider<HealthContributorRegistry> registry,
			ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry,
			ObjectProvider<StatusAggregator> aggregator) {
		return new HealthGateFactory(registry, reactiveRegistry, aggregator);
	}

}
