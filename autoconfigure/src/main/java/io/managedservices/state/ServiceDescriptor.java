// SPDX-License-Identifier: Apache-2.0
package io.managedservices.state;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What does not change about a service.
 *
 * @param name its unique name
 * @param required whether its failure is the application's failure
 * @param activation what the operator wants of it
 * @param dependencies what it depends on, in the order of declaration
 * @param kind what it is
 * @param lease the name of the lease without which it does not run, or {@code null}
 * @since 0.1.0
 */
public record ServiceDescriptor(String name, boolean required, Activation activation,
		List<ServiceDependency> dependencies, ServiceKind kind, @Nullable String lease) {

	/**
	 * Create the descriptor of a bean that runs without a lease.
	 * @param name its unique name
	 * @param required whether its failure is the application's failure
	 * @param activation what the operator wants of it
	 * @param dependencies what it depends on, in the order of declaration
	 */
	public ServiceDescriptor(String name, boolean required, Activation activation,
			List<ServiceDependency> dependencies) {
		this(name, required, activation, dependencies, ServiceKind.BEAN, null);
	}

	/**
	 * The same service with another activation.
	 * @param newActivation what the operator wants of it now
	 * @return the descriptor
	 */
	public ServiceDescriptor withActivation(Activation newActivation) {
		return new ServiceDescriptor(this.name, this.required, newActivation, this.dependencies, this.kind, this.lease);
	}

}
