// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.listener;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.internal.listener.ListenerEndpoints;

/**
 * What the listeners of all kinds have in common. Immutable.
 */
@Configuration(proxyBeanMethods = false)
class ListenerEndpointsConfiguration {

	@Bean
	static ListenerEndpoints managedServicesListenerEndpoints(BeanFactory beanFactory) {
		return new ListenerEndpoints(beanFactory);
	}

}
