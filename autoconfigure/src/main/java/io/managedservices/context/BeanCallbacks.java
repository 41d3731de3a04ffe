package io.managedservices.context;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.ClassUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.graph.GraphProblem;
import io.managedservices.graph.ServiceCallbacks;
import io.managedservices.graph.ServiceCallbacks.Callback;

/**
 * Finds out how a bean is started and stopped: as a {@link ServiceLifecycle}, by the
 * methods that its annotation names, as a {@link Lifecycle}, or not at all. Calls go
 * through a proxy if the bean has one; which methods there are is read from the class
 * behind it, and those that a proxy does not pass on are refused. Used by one thread.
 */
final class BeanCallbacks {

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	BeanCallbacks(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	ServiceCallbacks of(Declaration declaration) {
		if (!declaration.hasInstance()) {
			return ServiceCallbacks.NONE;
		}
		ManagedService attributes = declaration.attributes();
		Lifecycle lifecycle = LifecycleBean.of(this.beanFactory, declaration);
		if (declaration.instance() instanceof ServiceLifecycle service) {
			if (!attributes.startMethod().isEmpty() || !attributes.stopMethod().isEmpty()) {
				refuseMethods(declaration);
			}
			return of(declaration, service, lifecycle);
		}
		refuseIfHidden(declaration, ServiceLifecycle.class);
		if (lifecycle == null) {
			boolean named = !attributes.startMethod().isEmpty() && !attributes.stopMethod().isEmpty();
			if (!named) {
				refuseIfHidden(declaration, Lifecycle.class);
			}
			return DestroyedOnce.of(this.beanFactory, declaration,
					ServiceCallbacks.of(method(declaration, "startMethod", attributes.startMethod()),
							method(declaration, "stopMethod", attributes.stopMethod())));
		}
		return DestroyedOnce.of(this.beanFactory, declaration, of(declaration, lifecycle));
	}

	private void refuseMethods(Declaration declaration) {
		this.problems.add(new GraphProblem(
				"Service '%s' implements ServiceLifecycle and has a startMethod or a stopMethod (%s)."
					.formatted(declaration.name(), declaration.source()),
				"Remove startMethod and stopMethod of service '%s': its start and stop are called anyway."
					.formatted(declaration.name())));
	}

	private void refuseIfHidden(Declaration declaration, Class<?> type) {
		Class<?> userClass = BeanMethod.userClass(declaration.instance());
		if (type.isAssignableFrom(userClass) && !type.isInstance(declaration.instance())) {
			this.problems.add(new GraphProblem(
					"Service '%s' has a proxy that is no %s, although class '%s' is one: nobody could start and stop it (%s)."
						.formatted(declaration.name(), type.getSimpleName(), userClass.getName(), declaration.source()),
					"Let the proxy of service '%s' have the interface %s.".formatted(declaration.name(),
							type.getSimpleName())));
		}
	}

	// One that leaves its start and stop to the other interface has them from there.
	private ServiceCallbacks of(Declaration declaration, ServiceLifecycle service, @Nullable Lifecycle lifecycle) {
		Class<?> type = BeanMethod.userClass(service);
		check(declaration, service, type, ServiceLifecycle.class.getMethods());
		ServiceCallbacks own = ServiceCallbacks.of(service, type);
		if (lifecycle == null || own.start() != null || own.stop() != null) {
			return own;
		}
		ServiceCallbacks springs = of(declaration, lifecycle);
		return new ServiceCallbacks(own.prepare(), springs.start(), springs.stop(),
				(own.checkReady() != null) ? own.checkReady() : springs.checkReady(),
				(own.checkHealth() != null) ? own.checkHealth() : springs.checkHealth(), own.notice(), own.quiesce());
	}

	// Its own start and stop are called as Spring calls them, also if they are named.
	private ServiceCallbacks of(Declaration declaration, Lifecycle lifecycle) {
		String startMethod = declaration.attributes().startMethod();
		String stopMethod = declaration.attributes().stopMethod();
		boolean isOwn = lifecycle == declaration.instance();
		boolean isStarted = startMethod.isEmpty() || (isOwn && startMethod.equals("start"));
		boolean isStopped = stopMethod.isEmpty() || (isOwn && stopMethod.equals("stop"));
		check(declaration, lifecycle, BeanMethod.userClass(lifecycle),
				((lifecycle instanceof SmartLifecycle) ? SmartLifecycle.class : Lifecycle.class).getMethods());
		ServiceCallbacks springs = new LifecycleBean(lifecycle).callbacks();
		Callback start = isStarted ? springs.start() : method(declaration, "startMethod", startMethod);
		Callback stop = isStopped ? springs.stop() : method(declaration, "stopMethod", stopMethod);
		return isStarted ? new ServiceCallbacks(null, start, stop, springs.checkReady(), springs.checkHealth(), null,
				null) : ServiceCallbacks.of(start, stop);
	}

	private void check(Declaration declaration, Object bean, Class<?> type, Method[] methods) {
		if (!AopUtils.isAopProxy(bean)) {
			return;
		}
		for (Method method : methods) {
			Method found = ClassUtils.getMostSpecificMethod(method, type);
			if (!found.isDefault() || found != method) {
				isRefused(declaration, bean, found);
			}
		}
	}

	private boolean isRefused(Declaration declaration, Object bean, Method method) {
		MethodRefusal refusal = MethodRefusal.of(bean, method, MethodRefusal.Use.LIFECYCLE);
		if (refusal != null) {
			this.problems.add(new GraphProblem(
					"Service '%s' %s (%s).".formatted(declaration.name(), refusal.what(), declaration.source()),
					refusal.action()));
		}
		return refusal != null;
	}

	private @Nullable Callback method(Declaration declaration, String attribute, String name) {
		if (name.isEmpty()) {
			return null;
		}
		Object instance = declaration.instance();
		Class<?> type = BeanMethod.userClass(instance);
		Method found = BeanUtils.findMethod(type, name);
		if (found == null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has no method '%s' without parameters that can be called: expected one in class '%s' (%s of %s)."
						.formatted(declaration.name(), name, type.getName(), attribute, declaration.source()),
					"Correct %s of service '%s', or make the method public.".formatted(attribute, declaration.name())));
			return null;
		}
		BeanMethod method = isRefused(declaration, instance, found) ? null : BeanMethod.of(instance, found);
		return (method != null) ? (context) -> method.call() : null;
	}

}
