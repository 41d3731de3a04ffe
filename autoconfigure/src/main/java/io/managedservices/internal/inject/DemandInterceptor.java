// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
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

	private final Map<Method, Need> needs = new ConcurrentHashMap<>();

	DemandInterceptor(ConfigurableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), type);
		Need need = this.needs.computeIfAbsent(method, (called) -> need(called, type));
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
		ManagedServices services = this.beanFactory.getBean(ManagedServices.class);
		for (String name : need.services()) {
			open.push(services.demand(name));
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

	/**
	 * The services that a method demands.
	 * @param method a method
	 * @param type the class of its bean
	 * @return their names; none if neither it nor the class is annotated
	 * @throws IllegalStateException if the annotation is wrong
	 */
	String[] services(Method method, Class<?> type) {
		return (declared(method, type) != null) ? need(method, type).services() : new String[0];
	}

	private static @Nullable ServiceDemand declared(Method method, Class<?> type) {
		ServiceDemand declared = AnnotatedElementUtils.findMergedAnnotation(method, ServiceDemand.class);
		return (declared != null) ? declared : AnnotatedElementUtils.findMergedAnnotation(type, ServiceDemand.class);
	}

	private Need need(Method method, Class<?> type) {
		ServiceDemand declared = declared(method, type);
		if (declared == null || declared.value().length == 0) {
			throw new IllegalStateException("@ServiceDemand on %s of %s names no service: expected at least one"
				.formatted(method.getName(), type.getName()));
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
