// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.ManagedService;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.state.Activation;

/**
 * Reads what a {@link ServiceRegistration} declares, as if its service had been
 * annotated. Stateless.
 */
public final class RegisteredService {

	private RegisteredService() {
	}

	/**
	 * Reads a registration.
	 * @param beanName the name of its bean
	 * @param registration the registration
	 * @param problems where what is wrong is added
	 * @return what it declares, or {@code null} if that has no name
	 */
	public static @Nullable Declaration declaration(String beanName, ServiceRegistration registration,
			List<GraphProblem> problems) {
		// None of these may be null, and nobody has checked that yet.
		String name = registration.getName();
		ServiceLifecycle service = registration.getLifecycle();
		Activation activation = registration.getActivation();
		List<String> missing = new ArrayList<>();
		if (name == null) {
			missing.add("name");
		}
		if (service == null) {
			missing.add("service");
		}
		if (activation == null) {
			missing.add("activation");
		}
		String source = "ServiceRegistration bean '" + beanName + "'";
		missing.forEach((what) -> problems.add(new GraphProblem("The %s has no %s: it is null.".formatted(source, what),
				"Set the %s of the %s.".formatted(what, source))));
		if (name == null) {
			return null;
		}
		return new Declaration(beanName, name, source,
				MergedAnnotation.of(ManagedService.class, attributes(registration, activation)).synthesize(),
				(service != null) ? service : Declaration.NO_INSTANCE);
	}

	private static Map<String, Object> attributes(ServiceRegistration registration, @Nullable Activation activation) {
		Map<String, Object> attributes = new HashMap<>();
		attributes.put("dependsOn", names(registration.getDependsOn()));
		attributes.put("after", names(registration.getAfter()));
		attributes.put("excludeDependencies", names(registration.getExcludeDependencies()));
		attributes.put("required", registration.isRequired());
		attributes.put("activation", (activation != null) ? activation : Activation.ENABLED);
		Class<?> provides = registration.getProvides();
		attributes.put("provides", (provides != null) ? provides : void.class);
		attributes.put("retry", registration.getRetry());
		return attributes;
	}

	// Blank names are reported with those of annotations, which cannot be null.
	private static String[] names(List<String> names) {
		return names.stream().map((name) -> (name != null) ? name : "").toArray(String[]::new);
	}

}
