// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.managedservices.Demand;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceDemand;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

/**
 * Demands services around a call. Safe for use by several threads.
 */
final class DemandInterceptor implements MethodInterceptor {

	private final ConfigurableBeanFactory beanFactory;

	private final Map<MethodClassKey, Need> needs = new ConcurrentHashMap<>();

	DemandInterceptor(ConfigurableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), type);
		Need need = this.needs.computeIfAbsent(new MethodClassKey(method, type), (called) -> need(method, type));
		Deque<Demand> open = new ArrayDeque<>();
		boolean goesOn = false;
		try {
			demand(need, open);
			Object result = invocation.proceed();
			if (result instanceof CompletionStage<?> stage) {
				goesOn = true;
				CompletionStage<?> unused = stage.whenComplete((value, failure) -> open.forEach(Demand::close));
			}
			return result;
		}
		finally {
			if (!goesOn) {
				open.forEach(Demand::close);
			}
		}
	}

	private void demand(Need need, Deque<Demand> open) {
		for (String name : need.services()) {
			Demand demand = demand(name, this.beanFactory);
			// Nothing is demanded of a mock.
			if (demand != null) {
				open.push(demand);
			}
		}
		try {
			for (Demand demand : open) {
				demand.await(need.timeout());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			String service = need.services()[0];
			throw new ServiceException(Kind.NOT_IN_TIME, service,
					"The wait for service '%s' was interrupted".formatted(service), ex);
		}
	}

	private static @Nullable Demand demand(String name, BeanFactory factory) {
		try {
			return factory.getBean(ManagedServices.class).demand(name);
		}
		catch (ServiceException ex) {
			BeanFactory parent = (factory instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory()
					: null;
			if (ex.getKind() != Kind.UNKNOWN || parent == null
					|| parent.getBeanProvider(ManagedServices.class).getIfAvailable() == null) {
				throw ex;
			}
			return demand(name, parent);
		}
	}

	/**
	 * The services that a method demands.
	 * @param method a method
	 * @param type the class of its bean
	 * @return their names; none if neither it nor the class is annotated
	 * @throws IllegalStateException if the annotation is wrong, or on a method that
	 * returns too early
	 */
	String[] services(Method method, Class<?> type) {
		return (DemandPointcut.declared(method, type) != null) ? need(method, type).services() : new String[0];
	}

	private Need need(Method method, Class<?> type) {
		ServiceDemand declared = Objects.requireNonNull(DemandPointcut.declared(method, type));
		if (declared.value().length == 0) {
			throw new IllegalStateException("@ServiceDemand on %s of %s names no service: expected at least one"
				.formatted(method.getName(), type.getName()));
		}
		int unseen = method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL);
		if (unseen != 0 && AnnotatedElementUtils.hasAnnotation(method, ServiceDemand.class)) {
			throw new IllegalStateException(
					"@ServiceDemand on %s of %s does nothing, because no proxy sees a call of a method that is %s: make it neither private, static nor final"
						.formatted(method.getName(), type.getName(), Modifier.toString(unseen)));
		}
		String late = LateWork.reason(method, type);
		if (late != null) {
			throw new IllegalStateException(
					"@ServiceDemand on %s of %s would end before the work does, because the method %s: let it return a CompletionStage, or demand the services where the work is done (ManagedServices.demand)"
						.formatted(method.getName(), type.getName(), late));
		}
		String timeout = this.beanFactory.resolveEmbeddedValue(declared.timeout());
		try {
			return new Need(declared.value(), DurationStyle.detectAndParse((timeout != null) ? timeout : ""));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(
					"@ServiceDemand on %s of %s has an invalid timeout: expected a duration such as '10s', found '%s'"
						.formatted(method.getName(), type.getName(), timeout),
					ex);
		}
	}

	/**
	 * What a method needs.
	 *
	 * @param services the names of the services
	 * @param timeout how long it waits for them
	 */
	@SuppressWarnings("ArrayRecordComponent")
	private record Need(String[] services, Duration timeout) {

	}

}
