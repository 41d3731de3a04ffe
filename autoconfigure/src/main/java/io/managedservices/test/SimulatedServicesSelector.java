// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Imports simulated time when the beans of the application and of the test are known, and
 * before those of auto-configurations are. Stateless.
 */
final class SimulatedServicesSelector implements DeferredImportSelector, Ordered {

	@Override
	public String[] selectImports(AnnotationMetadata importingClass) {
		return new String[] { SimulatedServicesConfiguration.class.getName() };
	}

	@Override
	public int getOrder() {
		return 0;
	}

}
