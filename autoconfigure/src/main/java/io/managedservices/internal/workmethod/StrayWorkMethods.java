// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds methods that are declared to be work of a service, in beans that are none: nobody
 * would ever call them. Used once, by one thread.
 */
public final class StrayWorkMethods {

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	public StrayWorkMethods(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	public void find(List<Declaration> declarations) {
		Set<String> serviceBeans = new HashSet<>();
		Set<Object> services = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Declaration declaration : declarations) {
			serviceBeans.add(declaration.beanName());
			services.add(declaration.instance());
		}
		for (String beanName : LocalBeans.names(this.beanFactory)) {
			// A registered service may be a bean of its own.
			if (!serviceBeans.contains(beanName) && !services.contains(this.beanFactory.getSingleton(beanName))
					&& !isScopedProxy(beanName)) {
				check(beanName);
			}
		}
	}

	private boolean isScopedProxy(String beanName) {
		return this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
	}

	private void check(String beanName) {
		Class<?> type = LocalBeans.userClass(this.beanFactory, beanName);
		if (type == null) {
			return;
		}
		WorkMethods.in(type).stream().map((method) -> method.getName()).sorted().findFirst().ifPresent((method) -> {
			String shown = LocalBeans.shown(beanName);
			this.problems.add(new GraphProblem(
					"The bean '%s' has a method '%s' that is annotated as work of a service, and is no service."
						.formatted(shown, method),
					"Annotate the bean '%s' with @ManagedService, or remove @Worker, @Task and @OnServiceEvent from class '%s'."
						.formatted(shown, type.getName())));
		});
	}

	/**
	 * Whether a bean has methods that are declared to be work.
	 * @param beanFactory the factory of the context
	 * @param beanName the name of the bean
	 * @return whether it has
	 */
	public static boolean isAnyIn(ConfigurableListableBeanFactory beanFactory, String beanName) {
		Class<?> type = LocalBeans.userClass(beanFactory, beanName);
		return type != null && !WorkMethods.in(type).isEmpty();
	}

}
