// SPDX-License-Identifier: Apache-2.0
package io.managedservices.brokers;

import java.nio.file.Path;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.managedservices.ManagedService;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.listener.JmsListenerServicesAutoConfiguration;
import io.managedservices.autoconfigure.listener.KafkaListenerServicesAutoConfiguration;
import io.managedservices.autoconfigure.listener.RabbitListenerServicesAutoConfiguration;

/**
 * What applications with a listener have in common: a store that it depends on.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
		JmsListenerServicesAutoConfiguration.class, KafkaListenerServicesAutoConfiguration.class,
		RabbitListenerServicesAutoConfiguration.class })
class StoreConfiguration {

	@Bean
	@ManagedService
	Store store(Environment environment) {
		String file = environment.getProperty("file");
		return new Store((file != null) ? Path.of(file) : null);
	}

}
