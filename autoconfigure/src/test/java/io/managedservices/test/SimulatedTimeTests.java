// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SimulatedTime}.
 */
class SimulatedTimeTests {

	// A bean that is one makes Boot leave out its own.
	@Test
	void typeIsNoExecutor() {
		assertThat(Executor.class.isAssignableFrom(SimulatedTime.class)).isFalse();
	}

	@Test
	void publicMethodsAreThoseThatATestNeeds() {
		assertThat(Arrays.stream(SimulatedTime.class.getMethods())
			.filter((method) -> method.getDeclaringClass() != Object.class && !method.isSynthetic()
					&& !Modifier.isStatic(method.getModifiers()))
			.map(Method::getName)).containsExactlyInAnyOrder("advance", "jump", "clock", "now");
	}

}
