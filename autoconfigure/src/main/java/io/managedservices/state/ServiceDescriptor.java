// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import java.util.List;

/**
 * What does not change about a service.
 *
 * @param name its unique name
 * @param required whether its failure is the application's failure
 * @param activation what the operator wants of it
 * @param dependencies what it depends on, in the order of declaration
 * @since 0.1.0
 */
public record ServiceDescriptor(String name, boolean required, Activation activation,
		List<ServiceDependency> dependencies) {

}
