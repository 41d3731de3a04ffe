// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * Finds methods whose work is done after they have returned, and that return no stage
 * which tells when: what is open around their call is closed too early. Stateless.
 */
final class LateWork {

	private static final String MVC = "org.springframework.web.";

	/** What Spring MVC waits for or calls itself, by name since it may be absent. */
	private static final Set<String> ANSWERED_LATER = Set.of(MVC + "context.request.async.DeferredResult",
			MVC + "context.request.async.WebAsyncTask", MVC + "servlet.mvc.method.annotation.StreamingResponseBody",
			MVC + "servlet.mvc.method.annotation.ResponseBodyEmitter");

	private static final Set<String> ENTITY = Set.of("org.springframework.http.HttpEntity");

	private LateWork() {
	}

	/**
	 * Why the work of a method is done later.
	 * @param method the method
	 * @param type the class of its bean
	 * @return what the method does or returns, or {@code null} if it ends with its work,
	 * or with a stage
	 */
	static @Nullable String reason(Method method, Class<?> type) {
		if (KotlinDetector.isSuspendingFunction(method)) {
			return "suspends";
		}
		ResolvableType declared = ResolvableType.forMethodReturnType(method, type);
		ResolvableType body = isAny(declared.toClass(), ENTITY) ? declared.getGeneric(0) : declared;
		Class<?> returned = body.toClass();
		if (CompletionStage.class.isAssignableFrom(returned)) {
			return null;
		}
		if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(type, Async.class)) {
			return "is @Async and returns no CompletionStage";
		}
		boolean later = Future.class.isAssignableFrom(returned) || Callable.class.isAssignableFrom(returned)
				|| isReactive(returned) || isAny(returned, ANSWERED_LATER);
		return later ? "returns a " + returned.getSimpleName() : null;
	}

	// The work begins when somebody subscribes.
	private static boolean isReactive(Class<?> type) {
		return Flow.Publisher.class.isAssignableFrom(type)
				|| (type != Object.class && ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null);
	}

	private static boolean isAny(Class<?> type, Set<String> names) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			if (names.contains(current.getName())) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((each) -> names.contains(each.getName()));
	}

}
