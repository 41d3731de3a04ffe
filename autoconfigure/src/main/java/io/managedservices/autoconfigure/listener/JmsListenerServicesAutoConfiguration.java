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
import org.springframework.jms.annotation.JmsListenerConfigurer;

import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.listener.JmsListeners;
import io.managedservices.internal.listener.ListenerEndpoints;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@code @JmsListener} methods
 * that are services, in an application that has listeners of JMS. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ManagedServicesAutoConfiguration.class,
		afterName = "org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration")
@ConditionalOnClass(JmsListenerConfigurer.class)
@ConditionalOnBean(value = DeferredManagedServices.class,
		name = "org.springframework.jms.config.internalJmsListenerAnnotationProcessor", search = SearchStrategy.CURRENT)
@Import(ListenerEndpointsConfiguration.class)
public final class JmsListenerServicesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	JmsListeners managedServicesJmsListeners(ListenerEndpoints endpoints) {
		return new JmsListeners(endpoints);
	}

}
