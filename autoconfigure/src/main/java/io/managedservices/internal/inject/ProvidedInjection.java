// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

import io.managedservices.Provided;
import io.managedservices.internal.declare.PresenceSign;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;

/**
 * Lets {@link Provided} be injected, and finds for each injection point the service that
 * it is about: those that there are when the services are discovered are checked then,
 * later ones at once. Being injected with it makes no dependency. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public final class ProvidedInjection implements BeanFactoryPostProcessor, PresenceSign {

	private final ReentrantLock lock = new ReentrantLock();

	private List<InjectedProvided<?>> points = new ArrayList<>();

	private @Nullable Providers providers;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		// Not a bean for each type: which there are is known when services are
		// discovered.
		ObjectFactory<Object> factory = () -> InjectionPlace.resolve(beanFactory, Provided.class,
				(place, type) -> provided(beanFactory, place, type));
		beanFactory.registerResolvableDependency(Provided.class, factory);
	}

	@Override
	public boolean isSeen() {
		this.lock.lock();
		try {
			return !this.points.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void noneFound() {
		bind(List.of(), new ArrayList<>());
	}

	private Provided<?> provided(ConfigurableListableBeanFactory beanFactory, InjectionPlace place,
			ResolvableType type) {
		InjectedProvided<?> provided = new InjectedProvided<>(beanFactory, type.getGeneric(0).resolve(Object.class),
				place.description(), place.qualifier());
		bind(provided);
		return provided;
	}

	private void bind(InjectedProvided<?> point) {
		GraphProblem problem = null;
		this.lock.lock();
		try {
			if (this.providers == null) {
				this.points.add(point);
			}
			else {
				problem = this.providers.bind(point);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (problem != null) {
			throw new IllegalStateException(problem.description() + " " + problem.action());
		}
	}

	/**
	 * Finds the services of the injection points that there are.
	 * @param services all services
	 * @param problems where what is wrong is added
	 */
	public void bind(List<ServiceDefinition> services, List<GraphProblem> problems) {
		this.lock.lock();
		try {
			Providers known = new Providers(services);
			for (InjectedProvided<?> point : this.points) {
				GraphProblem problem = known.bind(point);
				if (problem != null) {
					problems.add(problem);
				}
			}
			this.points = new ArrayList<>();
			this.providers = known;
		}
		finally {
			this.lock.unlock();
		}
	}

}
