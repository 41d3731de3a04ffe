// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

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
 * @param set those of the attributes that are set, annotations as maps
 * @param instance the service
 * @param gate the settings of the gate, if it is one and so is no bean
 */
public record Declaration(String beanName, String name, String source, ManagedService attributes,
		Map<String, Object> set, Object instance, @Nullable GateSettings gate) {

	/**
	 * Stands for a service that cannot be had, so that what depends on it is not reported
	 * as well.
	 */
	public static final Object NO_INSTANCE = new Object();

	public Declaration(String beanName, String name, String source, Map<String, Object> set, Object instance,
			@Nullable GateSettings gate) {
		this(beanName, name, source, MergedAnnotation.of(ManagedService.class, set).synthesize(), set, instance, gate);
	}

	public boolean hasInstance() {
		return this.instance != NO_INSTANCE;
	}

	/**
	 * Whether it is annotated itself.
	 * @return {@code false} for what is registered, and for gates
	 */
	public boolean isAnnotated() {
		return this.source.startsWith("@");
	}

	/**
	 * What the service is, for people who look for one of several.
	 * @return {@code bean 'pollBook' (@ManagedService on class PollBook)}
	 */
	public String described() {
		// What is no annotation names its bean itself, or has none.
		return isAnnotated() ? "bean '%s' (%s)".formatted(LocalBeans.shown(this.beanName), this.source) : this.source;
	}

}
