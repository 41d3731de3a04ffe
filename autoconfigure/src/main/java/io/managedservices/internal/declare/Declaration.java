// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import org.jspecify.annotations.Nullable;

import io.managedservices.ManagedService;

/**
 * A bean that was declared to be a service, before anything is known to be right with it.
 * Immutable.
 *
 * @param beanName the name of the bean
 * @param name the name of the service
 * @param source where it was declared, for people: {@code @ManagedService on class
 * PollBook}
 * @param attributes what was declared, for a registration as if it had been annotated
 * @param instance the service
 * @param gate the settings of the gate, if it is one and so is no bean
 */
public record Declaration(String beanName, String name, String source, ManagedService attributes, Object instance,
		@Nullable GateSettings gate) {

	/**
	 * Stands for a service that cannot be had, so that what depends on it is not reported
	 * as well.
	 */
	public static final Object NO_INSTANCE = new Object();

	public Declaration(String beanName, String name, String source, ManagedService attributes, Object instance) {
		this(beanName, name, source, attributes, instance, null);
	}

	public boolean hasInstance() {
		return this.instance != NO_INSTANCE;
	}

	/**
	 * What the service is, for people who look for one of several.
	 * @return {@code bean 'pollBook' (@ManagedService on class PollBook)}
	 */
	public String described() {
		// What is no annotation names its bean itself, or has none.
		return this.source.startsWith("@") ? "bean '%s' (%s)".formatted(LocalBeans.shown(this.beanName), this.source)
				: this.source;
	}

}
