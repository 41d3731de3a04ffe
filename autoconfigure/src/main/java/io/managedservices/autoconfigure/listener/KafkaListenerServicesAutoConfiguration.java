// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.listener;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.annotation.KafkaListenerConfigurer;

import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.listener.KafkaListeners;
import io.managedservices.internal.listener.ListenerEndpoints;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@code @KafkaListener} methods
 * that are services, in an application that has listeners of Apache Kafka. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class,
		afterName = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration")
@ConditionalOnClass(KafkaListenerConfigurer.class)
@ConditionalOnBean(value = DeferredManagedServices.class,
		name = "org.springframework.kafka.config.internalKafkaListenerAnnotationProcessor",
		search = SearchStrategy.CURRENT)
@Import(ListenerEndpointsConfiguration.class)
public final class KafkaListenerServicesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	KafkaListeners managedServicesKafkaListeners(ListenerEndpoints endpoints) {
		return new KafkaListeners(endpoints);
	}

}
