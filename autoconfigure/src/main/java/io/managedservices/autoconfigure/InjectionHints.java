// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.managedservices.ManagedServices;
import io.managedservices.internal.inject.InjectionPlace;

/**
 * Lets Spring make an {@link InjectionPlace} in a native image, and {@link ServicesOff} a
 * façade. Stateless.
 */
final class InjectionHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(InjectionPlace.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		hints.proxies().registerJdkProxy(ManagedServices.class);
	}

}
