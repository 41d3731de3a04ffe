// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.listener;

import org.springframework.amqp.rabbit.annotation.RabbitListenerConfigurer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.listener.ListenerEndpoints;
import io.managedservices.internal.listener.RabbitListeners;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@code @RabbitListener} methods
 * that are services, in an application that has listeners of RabbitMQ. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class,
		afterName = "org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration")
@ConditionalOnClass(RabbitListenerConfigurer.class)
@ConditionalOnBean(value = DeferredManagedServices.class,
		name = "org.springframework.amqp.rabbit.config.internalRabbitListenerAnnotationProcessor",
		search = SearchStrategy.CURRENT)
@Import(ListenerEndpointsConfiguration.class)
public final class RabbitListenerServicesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RabbitListeners managedServicesRabbitListeners(ListenerEndpoints endpoints) {
		return new RabbitListeners(endpoints);
	}

}
