// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.MethodMatchers;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/**
 * Why a method of a bean cannot do what it is declared for, because of what Spring has
 * put between the caller and the bean. Immutable.
 *
 * @param what what is wrong, after the name of the service
 * @param action what to change
 */
public record MethodRefusal(String what, String action) {

	private static final String COROUTINES = "kotlinx.coroutines.Job";

	/**
	 * Looks for a reason not to call a method.
	 * @param bean the bean, a proxy perhaps
	 * @param method a method of the class behind it
	 * @param use what the method is declared for
	 * @return the reason, or {@code null} if the method can be called
	 */
	public static @Nullable MethodRefusal of(Object bean, Method method, Use use) {
		String as = "'%s' as %s".formatted(method.getName(), use.text);
		String shown = "%s.%s".formatted(method.getDeclaringClass().getSimpleName(), method.getName());
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			return new MethodRefusal("has a static method %s: expected one of the bean".formatted(as),
					"Make %s not static.".formatted(shown));
		}
		if (Modifier.isFinal(modifiers) && hasClassProxy(bean)) {
			return new MethodRefusal(
					"has a final method %s, and its bean has a proxy that cannot pass the call on: expected one that is not final"
						.formatted(as),
					"Make %s not final.".formatted(shown));
		}
		if (isHiddenFromSubclass(bean, method)) {
			return new MethodRefusal(
					"has a package-private method %s, and its bean has a proxy in another package that cannot pass the call on: expected a public one"
						.formatted(as),
					"Make %s public.".formatted(shown));
		}
		if (BeanMethod.isSuspending(method) && !ClassUtils.isPresent(COROUTINES, bean.getClass().getClassLoader())) {
			return new MethodRefusal(
					"has a suspending method %s, and there are no coroutines: expected class '%s' on the class path"
						.formatted(as, COROUTINES),
					"Add 'org.jetbrains.kotlinx:kotlinx-coroutines-core', or make %s not suspending.".formatted(shown));
		}
		if (isAsync(bean, method) && !(use.isAwaited && Future.class.isAssignableFrom(method.getReturnType()))) {
			return new MethodRefusal(
					"has a method %s that is @Async, for which nothing waits: expected one that runs on the thread that calls it"
						.formatted(as),
					use.asyncAction.formatted(shown));
		}
		String unawaited = UnawaitedReturn.reason(method, BeanMethod.userClass(bean));
		if (unawaited != null) {
			return new MethodRefusal(
					"has a method %s that %s: expected one that does the work itself, or returns one Future, CompletionStage or reactive type"
						.formatted(as, unawaited),
					"Let %s do the work, or return what completes when all of it is done, as CompletableFuture.allOf(…) does."
						.formatted(shown));
		}
		if (BeanMethod.of(bean, method) == null) {
			return new MethodRefusal(
					"has a method %s that cannot be called: the proxy of the bean does not have it".formatted(as),
					"Make %s public and, if the proxy has interfaces only, a method of one of them.".formatted(shown));
		}
		return null;
	}

	// What such a proxy cannot override is called on the proxy itself, which has nothing
	// in its fields.
	private static boolean hasClassProxy(Object bean) {
		return classProxy(bean) != null;
	}

	private static @Nullable Object classProxy(Object bean) {
		Object each = bean;
		while (each != null && !AopUtils.isCglibProxy(each)) {
			each = AopProxyUtils.getSingletonTarget(each);
		}
		return each;
	}

	private static boolean isHiddenFromSubclass(Object bean, Method method) {
		int visible = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE;
		Object proxy = ((method.getModifiers() & visible) == 0) ? classProxy(bean) : null;
		return proxy != null && (!proxy.getClass().getPackageName().equals(method.getDeclaringClass().getPackageName())
				|| proxy.getClass().getClassLoader() != method.getDeclaringClass().getClassLoader());
	}

	private static boolean isAsync(Object bean, Method method) {
		Class<?> type = BeanMethod.userClass(bean);
		Object each = bean;
		while (each instanceof Advised advised) {
			if (Arrays.stream(advised.getAdvisors()).anyMatch((advisor) -> isAsync(advisor, method, type))) {
				return true;
			}
			each = AopProxyUtils.getSingletonTarget(each);
		}
		// What an opaque proxy does is known to nobody.
		return each != null && AopUtils.isAopProxy(each) && (AnnotatedElementUtils.hasAnnotation(method, Async.class)
				|| AnnotatedElementUtils.hasAnnotation(type, Async.class));
	}

	private static boolean isAsync(Advisor advisor, Method method, Class<?> type) {
		if (!(advisor.getAdvice() instanceof AsyncExecutionInterceptor)) {
			return false;
		}
		if (!(advisor instanceof PointcutAdvisor pointcutAdvisor)) {
			return true;
		}
		Pointcut pointcut = pointcutAdvisor.getPointcut();
		return pointcut.getClassFilter().matches(type)
				&& MethodMatchers.matches(pointcut.getMethodMatcher(), method, type, false);
	}

	/**
	 * What a method is declared for.
	 */
	public enum Use {

		/** Work of the service. */
		WORK("work", false, "Remove @Async from %s: work has threads of its own."),

		/** The start, the stop or another method of the lifecycle. */
		LIFECYCLE("lifecycle method", true,
				"Remove @Async from %s: it is called on a thread of its own. Or let it return a Future, which is waited for.");

		private final String text;

		/** Whether what the method returns is waited for. */
		private final boolean isAwaited;

		private final String asyncAction;

		Use(String text, boolean isAwaited, String asyncAction) {
			this.text = text;
			this.isAwaited = isAwaited;
			this.asyncAction = asyncAction;
		}

	}

}
