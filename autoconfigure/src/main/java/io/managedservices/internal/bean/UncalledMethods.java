// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds services whose class has methods that start and stop it, which are not those of
 * any interface that is known here and are not named: such a service would run without
 * having started. Used by one thread.
 */
public final class UncalledMethods {

	private static final String[] STARTS = { "start" };

	private static final String[] STOPS = { "stop", "close", "shutdown" };

	/** What starts and stops something only if it has both. */
	private static final String[][] PAIRS = { { "startAsync", "stopAsync" }, { "connect", "disconnect" },
			{ "open", "close" } };

	/** What {@link ServiceLifecycle} has with a {@code ServiceContext}. */
	private static final List<String> OF_SERVICE = List.of("start", "stop");

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	public UncalledMethods(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	/**
	 * Checks a service. One that has work may have one of the methods for something else.
	 * @param declaration the service
	 * @param hasWork whether it has work
	 */
	public void check(Declaration declaration, boolean hasWork) {
		ManagedService attributes = declaration.attributes();
		Class<?> type = BeanMethod.userClass(declaration.instance());
		if (declaration.hasInstance() && ServiceLifecycle.class.isAssignableFrom(type)
				&& !Lifecycle.class.isAssignableFrom(type) && !hasWork
				&& OF_SERVICE.stream().noneMatch((name) -> isOverridden(type, name))) {
			OF_SERVICE.forEach((name) -> checkParameter(declaration, type, name));
		}
		if (!declaration.hasInstance() || ServiceLifecycle.class.isAssignableFrom(type)
				|| Lifecycle.class.isAssignableFrom(type) || LifecycleBean.of(this.beanFactory, declaration) != null
				|| !attributes.startMethod().isEmpty() || !attributes.stopMethod().isEmpty()) {
			return;
		}
		SpringCalls calls = new SpringCalls(this.beanFactory, declaration.beanName());
		String start = find(type, STARTS, calls::isInitMethod);
		String stop = find(type, STOPS, calls::isDestroyMethod);
		boolean isPair = start != null && stop != null;
		if (isPair || (!hasWork && (isPublic(type, start) || isPublic(type, stop)))) {
			refuse(declaration, type, start, stop);
		}
		else if (!hasWork) {
			checkPairs(declaration, type, calls);
		}
	}

	// One that is not public may help another one.
	private static boolean isPublic(Class<?> type, @Nullable String name) {
		Method method = (name != null) ? ReflectionUtils.findMethod(type, name) : null;
		return method != null && Modifier.isPublic(method.getModifiers());
	}

	private void checkPairs(Declaration declaration, Class<?> type, SpringCalls calls) {
		for (String[] pair : PAIRS) {
			String start = find(type, new String[] { pair[0] }, calls::isInitMethod);
			String stop = find(type, new String[] { pair[1] }, calls::isDestroyMethod);
			if (start != null && stop != null) {
				refuse(declaration, type, start, stop);
				return;
			}
		}
	}

	private static boolean isOverridden(Class<?> type, String name) {
		Method called = ClassUtils.getMethodIfAvailable(type, name, ServiceContext.class);
		return called == null || called.getDeclaringClass() != ServiceLifecycle.class;
	}

	// It has one without the parameter instead, which nobody calls.
	private void checkParameter(Declaration declaration, Class<?> type, String name) {
		if (find(type, new String[] { name }, (method) -> false) != null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has a method '%s()' that is never called: expected '%s(ServiceContext)', as in ServiceLifecycle, found in class '%s' (%s)."
						.formatted(declaration.name(), name, name, type.getName(), declaration.source()),
					"Add the parameter: 'public void %s(ServiceContext context)', with @Override.".formatted(name)));
		}
	}

	private void refuse(Declaration declaration, Class<?> type, @Nullable String start, @Nullable String stop) {
		List<String> found = new ArrayList<>();
		List<String> named = new ArrayList<>();
		if (start != null) {
			found.add("'" + start + "'");
			named.add("startMethod = \"" + start + "\"");
		}
		if (stop != null) {
			found.add("'" + stop + "'");
			named.add("stopMethod = \"" + stop + "\"");
		}
		this.problems.add(new GraphProblem(
				"Service '%s' has %s, and nothing says that the service is started and stopped with it: class '%s' implements neither ServiceLifecycle nor Lifecycle (%s)."
					.formatted(declaration.name(),
							((found.size() > 1) ? "methods " : "a method ") + String.join(" and ", found),
							type.getName(), declaration.source()),
				"Name what is to be called: @ManagedService(%s), or let the class implement ServiceLifecycle."
					.formatted(String.join(", ", named))));
	}

	private static @Nullable String find(Class<?> type, String[] names, Predicate<Method> isCalled) {
		for (String name : names) {
			Method method = BeanMethod.withoutParameters(ReflectionUtils.getAllDeclaredMethods(type), name);
			if (method != null && isCandidate(type, method) && !isCalled.test(method)) {
				return name;
			}
		}
		return null;
	}

	// Methods that are annotated are called by whoever knows the annotation.
	private static boolean isCandidate(Class<?> type, Method method) {
		int modifiers = method.getModifiers();
		boolean isFluent = method.getReturnType().isAssignableFrom(type) && method.getReturnType() != Object.class;
		return !Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers) && !Modifier.isProtected(modifiers)
				&& method.getAnnotations().length == 0
				&& (Modifier.isPublic(modifiers) || method.getReturnType() == void.class || isFluent);
	}

}
