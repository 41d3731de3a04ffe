// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.observation;

import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import io.managedservices.internal.call.Surrounding;
import io.managedservices.internal.call.SurroundingChain;
import io.managedservices.internal.log.NamesInContext;
import io.managedservices.internal.observe.ObservedCalls;
import io.managedservices.observation.ServiceObservationConvention;

/**
 * Puts together what is around user code inside services: observations where there is a
 * registry for them, and inside of them the names in the context of the log. Asked once
 * there are services, so that nothing of this is loaded before. Stateless.
 *
 * @since 0.1.0
 */
public final class Surroundings {

	private Surroundings() {
	}

	/**
	 * What is around user code.
	 * @param beanFactory the beans of the context
	 * @return all of it, or {@code null} if there is nothing
	 */
	public static @Nullable Surrounding of(BeanFactory beanFactory) {
		Binder binder = Binder.get(beanFactory.getBean(Environment.class));
		List<Surrounding> all = new ArrayList<>();
		if (isPresent("io.micrometer.observation.ObservationRegistry")) {
			Observing.add(beanFactory, binder, all);
		}
		if (isPresent("org.slf4j.MDC") && binder.bindOrCreate("managed-services.logging", LogProperties.class).mdc()) {
			all.add(new NamesInContext());
		}
		return SurroundingChain.of(all);
	}

	private static boolean isPresent(String name) {
		return ClassUtils.isPresent(name, Surroundings.class.getClassLoader());
	}

	/**
	 * What needs Micrometer.
	 */
	private static final class Observing {

		static void add(BeanFactory beanFactory, Binder binder, List<Surrounding> all) {
			ObservationRegistry registry = beanFactory.getBeanProvider(ObservationRegistry.class).getIfUnique();
			if (registry != null) {
				ObservationProperties properties = binder.bindOrCreate("managed-services.observations",
						ObservationProperties.class);
				all.add(new ObservedCalls(registry,
						beanFactory.getBeanProvider(ServiceObservationConvention.class).getIfAvailable(),
						properties.checks(), properties.microTasks()));
			}
		}

	}

}
