// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Keeps in a native image what virtual threads are made with, which is called by
 * reflection: JDK 17 does not have it. Stateless.
 */
final class VirtualThreadHints implements RuntimeHintsRegistrar {

	private static final TypeReference BUILDER = TypeReference.of("java.lang.Thread$Builder");

	private static final TypeReference BUILDER_OF_VIRTUAL = TypeReference.of("java.lang.Thread$Builder$OfVirtual");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(TypeReference.of(Thread.class),
					(type) -> type.withMethod("ofVirtual", List.of(), ExecutableMode.INVOKE))
			.registerType(BUILDER, (type) -> type.withMethod("factory", List.of(), ExecutableMode.INVOKE))
			.registerType(BUILDER_OF_VIRTUAL,
					(type) -> type
						.withMethod("name", TypeReference.listOf(String.class, long.class), ExecutableMode.INVOKE)
						.withMethod("inheritInheritableThreadLocals", TypeReference.listOf(boolean.class),
								ExecutableMode.INVOKE));
	}

}
