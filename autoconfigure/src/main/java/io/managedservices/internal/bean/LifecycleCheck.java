// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.util.IdentityHashMap;
import java.util.List;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.AbstractApplicationContext;

import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.SuppliedLifecycle;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Finds services that Spring would start or stop as well, as {@link Lifecycle} beans.
 * Used by one thread.
 */
public final class LifecycleCheck {

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<GraphProblem> problems;

	public LifecycleCheck(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.problems = problems;
	}

	// Spring sees only beans, and of a factory bean not what it makes.
	public void check(List<Declaration> declarations) {
		IdentityHashMap<Object, String> beans = new IdentityHashMap<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Lifecycle.class, false, false)) {
			Object bean = this.beanFactory.getSingleton(BeanFactoryUtils.transformedBeanName(beanName));
			if (bean != null) {
				beans.put(bean, beanName);
			}
		}
		for (Declaration declaration : declarations) {
			Lifecycle lifecycle = LifecycleBean.of(this.beanFactory, declaration);
			if (lifecycle != null && beans.containsKey(lifecycle)) {
				check(declaration, LocalBeans.shown(String.valueOf(beans.get(lifecycle))), lifecycle);
			}
			else if (declaration.instance() instanceof SuppliedLifecycle && hasOwnLifecycleProcessor()) {
				refuseProcessor(declaration, ".");
			}
			checkParts(declaration);
		}
	}

	// The endpoints of Spring Integration are beans of their own, that depend on the flow
	// or the handler that they were made of.
	private void checkParts(Declaration declaration) {
		if (declaration.instance() instanceof ServiceLifecycle
				|| !this.beanFactory.containsBean(declaration.beanName())) {
			return;
		}
		for (String part : this.beanFactory.getDependentBeans(declaration.beanName())) {
			if (this.beanFactory.getSingleton(part) instanceof SmartLifecycle smart && smart.isAutoStartup()
					&& smart.getClass().getName().startsWith("org.springframework.integration.")
					&& (declaration.instance() instanceof Lifecycle || part.contains(declaration.beanName() + "."))) {
				this.problems.add(new GraphProblem(
						"Service '%s' has an endpoint '%s' that Spring starts and stops itself, whether the service runs or not (%s)."
							.formatted(declaration.name(), part, declaration.source()),
						"Let the endpoint '%s' be declared with autoStartup(false), or remove @ManagedService from bean '%s'."
							.formatted(part, LocalBeans.shown(declaration.beanName()))));
			}
		}
	}

	private void check(Declaration declaration, String beanName, Lifecycle lifecycle) {
		if (lifecycle instanceof SmartLifecycle smart && smart.isAutoStartup()) {
			this.problems.add(new GraphProblem(
					"Service '%s' is a SmartLifecycle that Spring starts, too: it would be started twice."
						.formatted(declaration.name()),
					"Let isAutoStartup() of bean '%s' return false, or let it implement ServiceLifecycle instead."
						.formatted(beanName)));
		}
		else if (hasOwnLifecycleProcessor()) {
			refuseProcessor(declaration, ", or let bean '%s' implement ServiceLifecycle instead.".formatted(beanName));
		}
	}

	private void refuseProcessor(Declaration declaration, String otherwise) {
		String processor = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME;
		this.problems.add(new GraphProblem(
				"Service '%s' is a Lifecycle, and the bean '%s' of the application stops it before its dependents."
					.formatted(declaration.name(), processor),
				"Remove bean '%s' or let it be a %s%s".formatted(processor, "ManagedServicesLifecycleProcessor",
						otherwise)));
	}

	// The one that Spring makes where there is none has no definition.
	private boolean hasOwnLifecycleProcessor() {
		String beanName = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME;
		return this.beanFactory.containsBeanDefinition(beanName)
				&& !this.beanFactory.isTypeMatch(beanName, ServiceAwareLifecycleProcessor.class);
	}

}
