// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.work.core;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link ContextCarrier}.
 */
class ContextCarrierTests {

	private final List<String> ran = new ArrayList<>();

	@Test
	void runWhenBodyAndDecoratorThrowKeepsBoth() {
		IllegalStateException body = new IllegalStateException("body");
		IllegalArgumentException decorator = new IllegalArgumentException("decorator");
		ContextCarrier carrier = ContextCarrier.capture((task) -> () -> {
			task.run();
			throw decorator;
		});
		assertThatThrownBy(() -> carrier.run(() -> {
			throw body;
		})).isSameAs(body).satisfies((thrown) -> assertThat(thrown.getSuppressed()).containsExactly(decorator));
	}

	@Test
	void runWhenOnlyDecoratorThrowsThrowsThat() {
		IllegalArgumentException decorator = new IllegalArgumentException("decorator");
		ContextCarrier carrier = ContextCarrier.capture((task) -> () -> {
			task.run();
			throw decorator;
		});
		assertThatThrownBy(() -> carrier.run(() -> this.ran.add("body"))).isSameAs(decorator);
		assertThat(this.ran).containsExactly("body");
	}

	@Test
	void runWhenDecoratorDoesNotCallTheTaskFails() {
		ContextCarrier carrier = ContextCarrier.capture((task) -> () -> this.ran.add("decorator"));
		assertThatIllegalStateException().isThrownBy(() -> carrier.run(() -> this.ran.add("body")))
			.withMessageContaining("TaskDecorator");
		assertThat(this.ran).containsExactly("decorator");
	}

	@Test
	void runWhenNestedCallsEachBodyOnce() throws Exception {
		ContextCarrier carrier = ContextCarrier.capture((task) -> task);
		carrier.run(() -> {
			carrier.run(() -> this.ran.add("inner"));
			this.ran.add("outer");
		});
		assertThat(this.ran).containsExactly("inner", "outer");
	}

}
