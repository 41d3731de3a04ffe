// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.lang.reflect.Method;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VirtualThreadHints}.
 */
class VirtualThreadHintsTests {

	private static final String BUILDER = "java.lang.Thread$Builder$OfVirtual";

	private final RuntimeHints hints = new RuntimeHints();

	VirtualThreadHintsTests() {
		new VirtualThreadHints().registerHints(this.hints, null);
	}

	@Test
	void areFoundAheadOfTime() {
		assertThat(AotServices.factories().load(RuntimeHintsRegistrar.class))
			.hasAtLeastOneElementOfType(VirtualThreadHints.class)
			.hasAtLeastOneElementOfType(NativeHints.class);
	}

	@Test
	void registerHintsKeepsWhatJdk17DoesNotHave() {
		TypeHint type = this.hints.reflection().getTypeHint(TypeReference.of(BUILDER));
		assertThat(type).isNotNull();
		assertThat(type.methods()).extracting(ExecutableHint::getName)
			.containsExactlyInAnyOrder("name", "inheritInheritableThreadLocals");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void registerHintsKeepsAllThatIsCalled() throws ReflectiveOperationException {
		Class<?> builder = Class.forName(BUILDER);
		assertKept(Thread.class.getMethod("ofVirtual"));
		assertKept(builder.getMethod("name", String.class, long.class));
		assertKept(builder.getMethod("inheritInheritableThreadLocals", boolean.class));
		assertKept(builder.getMethod("factory"));
	}

	private void assertKept(Method method) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(this.hints);
	}

}
