// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;

/**
 * Registers a service.
 */
@Configuration(proxyBeanMethods = false)
class Registrations {

	@Bean
	ServiceRegistration archive() {
		return new ServiceRegistration("archive", new ServiceLifecycle() {
		}).dependsOn("pollBook");
	}

}
