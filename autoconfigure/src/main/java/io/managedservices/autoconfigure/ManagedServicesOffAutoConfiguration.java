// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

import io.managedservices.ManagedServices;

/**
 * Auto-configuration of what is injected where managed services are switched off, so that
 * an application that injects the façade, {@code Provided}, {@code ItemScheduler} or the
 * value of a service still starts. Last of all, so that nobody who reads services finds
 * the façade. Stateless.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "io.managedservices.autoconfigure.ManagedServicesAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnMissingBean(ManagedServices.class)
public final class ManagedServicesOffAutoConfiguration {

	@Bean
	ManagedServices managedServices() {
		return ServicesOff.facade();
	}

	@Bean(autowireCandidate = false)
	ServicesOff managedServicesOff() {
		return new ServicesOff();
	}

}
