// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

import io.managedservices.internal.declare.PresenceSign;
import io.managedservices.internal.graph.GraphProblem;

/**
 * Lets something be injected before the services that it is about are known. What is
 * injected until the services are discovered is bound to them and checked then, what is
 * injected later at once. Being injected with it makes no dependency. Safe for use by
 * several threads.
 *
 * @param <P> what is injected
 * @param <S> the services that it may be about
 * @since 0.1.0
 */
public abstract class LateInjection<P, S> implements BeanFactoryPostProcessor, PresenceSign {

	private final Class<?> type;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<P> open = new ArrayList<>();

	private @Nullable List<? extends S> services;

	/**
	 * Create an injection.
	 * @param type the type of the fields and parameters
	 */
	protected LateInjection(Class<?> type) {
		this.type = type;
	}

	/**
	 * Makes what is injected.
	 * @param beanFactory the factory of the context
	 * @param place where it is injected
	 * @param declared the type that is declared there, with its generics
	 * @return what is injected
	 */
	protected abstract P create(ConfigurableListableBeanFactory beanFactory, InjectionPlace place,
			ResolvableType declared);

	/**
	 * Finds the service that is meant.
	 * @param point what was injected
	 * @param found all services that it may be about
	 * @return what is wrong, or {@code null} if exactly one is meant
	 */
	protected abstract @Nullable GraphProblem bind(P point, List<? extends S> found);

	@Override
	public final void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		// Not a bean for each type: which there are is known when services are
		// discovered.
		ObjectFactory<Object> factory = () -> InjectionPlace.resolve(beanFactory, this.type,
				(place, declared) -> add(create(beanFactory, place, declared)));
		beanFactory.registerResolvableDependency(this.type, factory);
	}

	private Object add(P point) {
		GraphProblem problem = null;
		this.lock.lock();
		try {
			if (this.services == null) {
				this.open.add(point);
			}
			else {
				problem = bind(point, this.services);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (problem != null) {
			throw new IllegalStateException(problem.description() + " " + problem.action());
		}
		return point;
	}

	/**
	 * Finds the services of what has been injected.
	 * @param found all services that it may be about
	 * @param problems is told what is wrong
	 */
	public final void bind(List<? extends S> found, Consumer<GraphProblem> problems) {
		this.lock.lock();
		try {
			for (P point : this.open) {
				GraphProblem problem = bind(point, found);
				if (problem != null) {
					problems.accept(problem);
				}
			}
			this.open.clear();
			this.services = List.copyOf(found);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final boolean isSeen() {
		this.lock.lock();
		try {
			return !this.open.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public final void noneFound() {
		this.lock.lock();
		try {
			for (P point : this.open) {
				// It says so itself when it is used.
				GraphProblem unused = bind(point, List.of());
			}
			this.open.clear();
			this.services = List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

}
