// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.inject;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

import io.managedservices.Provided;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;

/**
 * Lets {@link Provided} be injected, and finds the service that each is about. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public final class ProvidedInjection extends LateInjection<InjectedProvided<?>, ServiceDefinition> {

	public ProvidedInjection() {
		super(Provided.class);
	}

	@Override
	protected InjectedProvided<?> create(ConfigurableListableBeanFactory beanFactory, InjectionPlace place,
			ResolvableType declared) {
		return new InjectedProvided<>(beanFactory, declared.getGeneric(0).resolve(Object.class), place.description(),
				place.qualifier());
	}

	@Override
	protected @Nullable GraphProblem bind(InjectedProvided<?> point, List<? extends ServiceDefinition> found) {
		return new Providers(found).bind(point);
	}

}
