// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.graph;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.ServiceLifecycle;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDescriptor;

/**
 * A service as it was declared. Immutable.
 *
 * @param descriptor its name, what it depends on, and what is wanted of it
 * @param instance the service itself, which others get by its name
 * @param callbacks its methods
 * @param settings its times and limits
 * @param provides the type of the value that it is declared to provide, or {@code null}
 * @param hooks what it takes of the events of others
 * @param source where it was declared, for people who look for one of several, or
 * {@code null} if nobody knows
 * @param origin where its settings come from
 * @since 0.1.0
 */
public record ServiceDefinition(ServiceDescriptor descriptor, Object instance, ServiceCallbacks callbacks,
		ServiceSettings settings, @Nullable Class<?> provides, List<ServiceHook> hooks, @Nullable String source,
		SettingOrigin origin) {

	/**
	 * Copies the hooks.
	 */
	public ServiceDefinition {
		hooks = List.copyOf(hooks);
	}

	/**
	 * A service of which nobody knows where it was declared.
	 * @param descriptor its name, what it depends on, and what is wanted of it
	 * @param instance the service itself
	 * @param callbacks its methods
	 * @param settings its times and limits
	 * @param provides the type of the value that it is declared to provide, or
	 * {@code null}
	 * @param hooks what it takes of the events of others
	 */
	public ServiceDefinition(ServiceDescriptor descriptor, Object instance, ServiceCallbacks callbacks,
			ServiceSettings settings, @Nullable Class<?> provides, List<ServiceHook> hooks) {
		this(descriptor, instance, callbacks, settings, provides, hooks, null, SettingOrigin.DEFAULTS);
	}

	/**
	 * A service that is not declared to provide or take anything.
	 * @param descriptor its name, what it depends on, and what is wanted of it
	 * @param instance the service itself
	 * @param callbacks its methods
	 * @param settings its times and limits
	 */
	public ServiceDefinition(ServiceDescriptor descriptor, Object instance, ServiceCallbacks callbacks,
			ServiceSettings settings) {
		this(descriptor, instance, callbacks, settings, null, List.of());
	}

	/**
	 * A required, enabled service.
	 * @param name its name
	 * @param service the service
	 * @param settings its times and limits
	 * @param dependencies what it depends on
	 * @return the definition
	 */
	public static ServiceDefinition of(String name, ServiceLifecycle service, ServiceSettings settings,
			List<ServiceDependency> dependencies) {
		return new ServiceDefinition(new ServiceDescriptor(name, true, Activation.ENABLED, dependencies), service,
				ServiceCallbacks.of(service), settings);
	}

	/**
	 * The same service with another descriptor.
	 * @param other its descriptor
	 * @return the definition
	 */
	public ServiceDefinition withDescriptor(ServiceDescriptor other) {
		return new ServiceDefinition(other, this.instance, this.callbacks, this.settings, this.provides, this.hooks,
				this.source, this.origin);
	}

	/**
	 * The name of the service.
	 * @return the name
	 */
	public String name() {
		return this.descriptor.name();
	}

	String describe() {
		return (this.source != null) ? this.source : "one of type '" + this.instance.getClass().getName() + "'";
	}

}
