package io.managedservices.context;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeanUtils;
import org.springframework.context.Lifecycle;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.graph.GraphProblem;
import io.managedservices.graph.ServiceCallbacks;

/**
 * Finds out how a bean is started and stopped: as a {@link ServiceLifecycle}, by the
 * methods that its annotation names, as a {@link Lifecycle}, or not at all. Calls go
 * through a proxy if the bean has one; which methods there are is read from the class
 * behind it. Used by one thread.
 */
final class BeanCallbacks {

	private final List<GraphProblem> problems;

	BeanCallbacks(List<GraphProblem> problems) {
		this.problems = problems;
	}

	ServiceCallbacks of(Declaration declaration) {
		if (!declaration.hasInstance()) {
			return ServiceCallbacks.NONE;
		}
		ManagedService attributes = declaration.attributes();
		boolean named = !attributes.startMethod().isEmpty() || !attributes.stopMethod().isEmpty();
		Object instance = declaration.instance();
		if (instance instanceof ServiceLifecycle service) {
			if (named) {
				refuseMethods(declaration);
			}
			return ServiceCallbacks.of(service, userClass(service));
		}
		if (named) {
			return ServiceCallbacks.of(method(declaration, "startMethod", attributes.startMethod()),
					method(declaration, "stopMethod", attributes.stopMethod()));
		}
		return (instance instanceof Lifecycle lifecycle) ? of(lifecycle) : ServiceCallbacks.NONE;
	}

	private void refuseMethods(Declaration declaration) {
		this.problems.add(new GraphProblem(
				"Service '%s' implements ServiceLifecycle and has a startMethod or a stopMethod (%s)."
					.formatted(declaration.name(), declaration.source()),
				"Remove startMethod and stopMethod of service '%s': its start and stop are called anyway."
					.formatted(declaration.name())));
	}

	// Spring itself starts and stops such a bean when the context is restarted.
	private static ServiceCallbacks of(Lifecycle lifecycle) {
		return ServiceCallbacks.of((context) -> {
			if (!lifecycle.isRunning()) {
				lifecycle.start();
			}
		}, (context) -> {
			if (lifecycle.isRunning()) {
				lifecycle.stop();
			}
		});
	}

	private ServiceCallbacks.@Nullable Callback method(Declaration declaration, String attribute, String name) {
		if (name.isEmpty()) {
			return null;
		}
		Object instance = declaration.instance();
		Method method = find(instance, name);
		if (method == null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has no method '%s' without parameters that can be called: expected one in class '%s' (%s of %s)."
						.formatted(declaration.name(), name, userClass(instance).getName(), attribute,
								declaration.source()),
					"Correct %s of service '%s', or make the method public.".formatted(attribute, declaration.name())));
			return null;
		}
		return (context) -> invoke(method, instance);
	}

	private static @Nullable Method find(Object instance, String name) {
		Class<?> type = userClass(instance);
		Method method = BeanUtils.findMethod(type, name);
		if (method == null || Modifier.isStatic(method.getModifiers())) {
			return null;
		}
		try {
			Method callable = ClassUtils.getPubliclyAccessibleMethodIfPossible(
					AopUtils.selectInvocableMethod(method, instance.getClass()), type);
			return (callable.canAccess(instance) || callable.trySetAccessible()) ? callable : null;
		}
		catch (IllegalStateException ex) {
			// The proxy of the bean does not have it.
			return null;
		}
	}

	private static void invoke(Method method, Object instance) throws Exception {
		try {
			method.invoke(instance);
		}
		catch (InvocationTargetException ex) {
			if (ex.getTargetException() instanceof Exception exception) {
				throw exception;
			}
			if (ex.getTargetException() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

	private static Class<?> userClass(Object instance) {
		return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(instance));
	}

}
