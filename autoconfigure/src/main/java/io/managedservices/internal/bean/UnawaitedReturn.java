// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Finds methods whose work would not be done when they have returned, although they
 * return it: nobody calls it, or waits for each of many. Stateless.
 */
final class UnawaitedReturn {

	private UnawaitedReturn() {
	}

	/**
	 * Why the work of a method would not be done.
	 * @param method the method
	 * @param type the class of its bean
	 * @return what it returns, and what happens to that, or {@code null} if the work is
	 * done
	 */
	static @Nullable String reason(Method method, Class<?> type) {
		ResolvableType returned = ResolvableType.forMethodReturnType(method, type);
		Class<?> raw = returned.toClass();
		// A fluent method returns the bean.
		if (raw.isAssignableFrom(type)) {
			return null;
		}
		if (Callable.class.isAssignableFrom(raw)) {
			return "returns a %s, which nobody calls".formatted(raw.getSimpleName());
		}
		Class<?> element = element(returned).toClass();
		return isLate(element)
				? "returns a %s of %s, which nobody waits for".formatted(raw.getSimpleName(), element.getSimpleName())
				: null;
	}

	private static ResolvableType element(ResolvableType type) {
		if (type.isArray()) {
			return type.getComponentType();
		}
		Class<?> raw = type.toClass();
		if (Map.class.isAssignableFrom(raw)) {
			return type.as(Map.class).getGeneric(1);
		}
		Class<?> many = BaseStream.class.isAssignableFrom(raw) ? BaseStream.class : Iterable.class;
		return type.as(many).getGeneric(0);
	}

	private static boolean isLate(Class<?> type) {
		return type != Object.class
				&& (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
						|| Callable.class.isAssignableFrom(type) || Flow.Publisher.class.isAssignableFrom(type)
						|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null);
	}

}
