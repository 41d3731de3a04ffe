package io.managedservices.context;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.context.Lifecycle;

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
			return ServiceCallbacks.of(service, BeanMethod.userClass(service));
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
		Class<?> type = BeanMethod.userClass(instance);
		Method found = BeanUtils.findMethod(type, name);
		BeanMethod method = (found != null) ? BeanMethod.of(instance, found) : null;
		if (method == null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has no method '%s' without parameters that can be called: expected one in class '%s' (%s of %s)."
						.formatted(declaration.name(), name, type.getName(), attribute, declaration.source()),
					"Correct %s of service '%s', or make the method public.".formatted(attribute, declaration.name())));
			return null;
		}
		return (context) -> method.call();
	}

}
