// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Puts the {@link TaskDecorator} beans together as Boot does for its executors: all of
 * them, in their order. With {@code spring.task.execution.propagate-context} one of them
 * is Boot's own, which carries what Micrometer's context propagation knows. Stateless.
 */
final class TaskDecorators {

	private TaskDecorators() {
	}

	static @Nullable UnaryOperator<Runnable> combine(ObjectProvider<TaskDecorator> decorators) {
		List<TaskDecorator> ordered = decorators.orderedStream().toList();
		if (ordered.isEmpty()) {
			return null;
		}
		TaskDecorator all = (ordered.size() == 1) ? ordered.get(0) : new CompositeTaskDecorator(ordered);
		return all::decorate;
	}

}
