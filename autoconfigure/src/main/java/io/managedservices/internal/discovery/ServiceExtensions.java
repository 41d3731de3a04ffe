// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.internal.declare.CallbackDecorator;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.declare.ServiceExtension.Addition;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.state.ServiceDependency;

/**
 * What the extensions of the context add to services. Used once, by one thread, when all
 * singletons of the context exist.
 */
final class ServiceExtensions {

	private final Collection<ServiceExtension> extensions;

	private final Collection<CallbackDecorator> decorators;

	private final List<GraphProblem> problems;

	ServiceExtensions(ConfigurableListableBeanFactory beanFactory, List<GraphProblem> problems) {
		this.extensions = all(beanFactory, ServiceExtension.class);
		this.decorators = all(beanFactory, CallbackDecorator.class);
		this.problems = problems;
	}

	static <T> Collection<T> all(ConfigurableListableBeanFactory beanFactory, Class<T> type) {
		return LocalBeans.ordered(beanFactory, type, (beanName) -> {
		}).values();
	}

	List<Addition> of(Declaration declaration) {
		List<Addition> additions = new ArrayList<>();
		for (ServiceExtension extension : this.extensions) {
			Addition addition = declaration.hasInstance()
					? extension.extend(declaration.name(), declaration.instance(), this.problems::add) : null;
			if (addition != null) {
				additions.add(addition);
			}
		}
		return additions;
	}

	/**
	 * Adds dependencies, unless the service has them already.
	 * @param dependencies those of the service
	 * @param additions what is added to it
	 * @return all of them
	 */
	static List<ServiceDependency> addTo(List<ServiceDependency> dependencies, List<Addition> additions) {
		List<ServiceDependency> all = new ArrayList<>(dependencies);
		for (Addition addition : additions) {
			for (ServiceDependency added : addition.dependencies()) {
				if (all.stream().noneMatch((known) -> known.name().equals(added.name()))) {
					all.add(added);
				}
			}
		}
		return all;
	}

	ServiceCallbacks decorate(Declaration declaration, ServiceCallbacks callbacks) {
		return CallbackDecorator.decorate(this.decorators, declaration.name(), EndingPrepare.around(callbacks));
	}

	void discovered() {
		CallbackDecorator.discovered(this.decorators, this.problems::add);
		this.extensions.forEach((extension) -> extension.discovered(this.problems::add));
	}

}
