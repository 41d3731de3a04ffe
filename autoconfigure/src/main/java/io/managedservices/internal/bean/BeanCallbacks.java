// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.declare.SuppliedLifecycle;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;

/**
 * Finds out how a bean is started and stopped: as a {@link ServiceLifecycle}, by the
 * methods that its annotation names, as a {@link Lifecycle}, or not at all. Calls go
 * through a proxy if the bean has one; which methods there are is read from the class
 * behind it, and those that a proxy does not pass on are refused. Used by one thread.
 */
public final class BeanCallbacks {

	/** What is called of a bean, besides what its annotations name. */
	private static final Set<String> CALLED = Set.of(ServiceLifecycle.class.getName(),
			"io.managedservices.item.ItemService");

	private final ConfigurableListableBeanFactory beanFactory;

	private final DrivenLifecycles driven;

	private final List<GraphProblem> problems;

	/**
	 * Create it.
	 * @param beanFactory the factory of the context
	 * @param driven is told, by any thread, what is started as a service that was not
	 * known before
	 * @param problems where what is wrong is added
	 */
	public BeanCallbacks(ConfigurableListableBeanFactory beanFactory, DrivenLifecycles driven,
			List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.driven = driven;
		this.problems = problems;
	}

	public ServiceCallbacks of(Declaration declaration) {
		if (!declaration.hasInstance()) {
			return ServiceCallbacks.NONE;
		}
		if (declaration.instance() instanceof SuppliedLifecycle supplied) {
			return new SuppliedLifecycleBean(declaration.name(), supplied.supplier(), this.driven).callbacks();
		}
		checkProxy(declaration);
		ManagedService attributes = declaration.attributes();
		Lifecycle lifecycle = LifecycleBean.of(this.beanFactory, declaration);
		if (declaration.instance() instanceof ServiceLifecycle service) {
			if (!attributes.startMethod().isEmpty() || !attributes.stopMethod().isEmpty()) {
				refuseMethods(declaration);
			}
			return of(declaration, service, lifecycle);
		}
		if (lifecycle == null) {
			if (attributes.startMethod().isEmpty() || attributes.stopMethod().isEmpty()) {
				isHidden(declaration, Lifecycle.class);
			}
			return DestroyedOnce.of(this.beanFactory, declaration,
					ServiceCallbacks.of(method(declaration, "startMethod", attributes.startMethod()),
							method(declaration, "stopMethod", attributes.stopMethod())));
		}
		return DestroyedOnce.of(this.beanFactory, declaration, of(declaration, lifecycle));
	}

	private void checkProxy(Declaration declaration) {
		Object instance = declaration.instance();
		if (AopUtils.isAopProxy(instance)) {
			Class<?> type = BeanMethod.userClass(instance);
			for (Class<?> called : allInterfaces(type)) {
				if (CALLED.contains(called.getName()) && !isHidden(declaration, called)) {
					check(declaration, instance, type, called.getMethods());
				}
			}
		}
	}

	private static Set<Class<?>> allInterfaces(Class<?> type) {
		Set<Class<?>> found = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		for (Class<?> each : List.copyOf(found)) {
			for (Class<?> above : each.getInterfaces()) {
				found.addAll(allInterfaces(above));
			}
		}
		return found;
	}

	private void refuseMethods(Declaration declaration) {
		this.problems.add(new GraphProblem(
				"Service '%s' implements ServiceLifecycle and has a startMethod or a stopMethod (%s)."
					.formatted(declaration.name(), declaration.source()),
				"Remove startMethod and stopMethod of service '%s': its start and stop are called anyway."
					.formatted(declaration.name())));
	}

	private boolean isHidden(Declaration declaration, Class<?> type) {
		Class<?> userClass = BeanMethod.userClass(declaration.instance());
		boolean isHidden = type.isAssignableFrom(userClass) && !type.isInstance(declaration.instance());
		if (isHidden) {
			this.problems.add(new GraphProblem(
					"Service '%s' has a proxy that is no %s, although class '%s' is one: nobody could call it (%s)."
						.formatted(declaration.name(), type.getSimpleName(), userClass.getName(), declaration.source()),
					"Let the proxy of service '%s' have the interface %s.".formatted(declaration.name(),
							type.getSimpleName())));
		}
		return isHidden;
	}

	// One that leaves its start and stop to the other interface has them from there.
	private ServiceCallbacks of(Declaration declaration, ServiceLifecycle service, @Nullable Lifecycle lifecycle) {
		Class<?> type = BeanMethod.userClass(service);
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
		ServiceCallbacks.Callback start = isStarted ? springs.start() : method(declaration, "startMethod", startMethod);
		ServiceCallbacks.Callback stop = isStopped ? springs.stop() : method(declaration, "stopMethod", stopMethod);
		return isStarted
				? new ServiceCallbacks(null, start, stop, springs.checkReady(), springs.checkHealth(), null, null)
				: ServiceCallbacks.of(start, stop);
	}

	private void check(Declaration declaration, Object bean, Class<?> type, Method[] methods) {
		if (!AopUtils.isAopProxy(bean)) {
			return;
		}
		for (Method method : methods) {
			Method found = BridgeMethodResolver.findBridgedMethod(ClassUtils.getMostSpecificMethod(method, type));
			if (found.getDeclaringClass() != method.getDeclaringClass()) {
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

	private ServiceCallbacks.@Nullable Callback method(Declaration declaration, String attribute, String name) {
		if (name.isEmpty()) {
			return null;
		}
		Object instance = declaration.instance();
		Class<?> type = BeanMethod.userClass(instance);
		Method found = BeanUtils.findMethod(type, name);
		if (found == null && KotlinDetector.isKotlinType(type)) {
			found = BeanMethod.withoutParameters(ReflectionUtils.getUniqueDeclaredMethods(type), name);
		}
		if (found == null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has no method '%s' without parameters that can be called: expected one in class '%s' (%s of %s)."
						.formatted(declaration.name(), name, type.getName(), attribute, declaration.source()),
					"Correct %s of service '%s', or add such a method.".formatted(attribute, declaration.name())));
			return null;
		}
		boolean isStart = attribute.equals("startMethod");
		SpringCalls.Call call = new SpringCalls(this.beanFactory, declaration.beanName()).find(found, isStart);
		if (call != null) {
			this.problems.add(new GraphProblem(
					"Service '%s' has %s '%s', which Spring calls as well %s: it would be %s twice (%s).".formatted(
							declaration.name(), attribute, name, call.when(), isStart ? "started" : "stopped",
							declaration.source()),
					"Remove %s from '%s', or %s of service '%s'.".formatted(call.by(), name, attribute,
							declaration.name())));
			return null;
		}
		BeanMethod method = isRefused(declaration, instance, found) ? null : BeanMethod.of(instance, found);
		return (method != null) ? (context) -> method.call() : null;
	}

}
