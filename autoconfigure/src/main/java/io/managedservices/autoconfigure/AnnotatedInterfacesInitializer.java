// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

import io.managedservices.internal.discovery.AnnotatedInterfaces;

/**
 * Lets {@link AnnotatedInterfaces} look on while Boot scans for components. Stateless.
 */
final class AnnotatedInterfacesInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.getBeanFactory().registerSingleton("managedServicesAnnotatedInterfaces", new AnnotatedInterfaces());
	}

}
