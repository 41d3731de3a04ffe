// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.managedservices.ManagedServices;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.inject.InjectionPlace;

/**
 * Lets Spring make an {@link InjectionPlace} in a native image, {@link ServicesOff} a
 * façade, and {@link SettingsOverlay} records of settings. Stateless.
 */
final class NativeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(InjectionPlace.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), ServiceSettings.class,
				ServiceSettings.Own.class);
		hints.proxies().registerJdkProxy(ManagedServices.class);
	}

}
