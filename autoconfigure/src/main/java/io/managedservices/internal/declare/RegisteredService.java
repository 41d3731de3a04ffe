// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.declare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotation.Adapt;

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
		return declaration(beanName, "ServiceRegistration bean '" + beanName + "'", registration, problems);
	}

	/**
	 * Reads a registration that is no bean.
	 * @param registration the registration
	 * @param problems where what is wrong is added
	 * @return what it declares, or {@code null} if that has no name
	 */
	public static @Nullable Declaration declaration(@Nullable ServiceRegistration registration,
			List<GraphProblem> problems) {
		if (registration == null) {
			problems.add(new GraphProblem("A ServiceRegistration is required: found 'null'.",
					"Give one to each service that is registered."));
			return null;
		}
		// What stands for the name of its bean is none that a bean could have.
		String source = "ServiceRegistration '" + registration.getName() + "'";
		return declaration(source, source, registration, problems);
	}

	private static @Nullable Declaration declaration(String beanName, String source, ServiceRegistration registration,
			List<GraphProblem> problems) {
		// None of these may be null, and nobody has checked that yet.
		String name = registration.getName();
		Object service = service(registration);
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
		missing.forEach((what) -> problems.add(new GraphProblem("The %s has no %s: it is null.".formatted(source, what),
				"Set the %s of the %s.".formatted(what, source))));
		if (name == null) {
			return null;
		}
		return new Declaration(beanName, name, source, attributes(registration, activation),
				(service != null) ? service : Declaration.NO_INSTANCE, null);
	}

	private static @Nullable Object service(ServiceRegistration registration) {
		Supplier<? extends Lifecycle> supplier = registration.getSupplier();
		return (supplier != null) ? new SuppliedLifecycle(supplier) : registration.getLifecycle();
	}

	private static Map<String, Object> attributes(ServiceRegistration registration, @Nullable Activation activation) {
		Map<String, Object> attributes = new HashMap<>(MergedAnnotation.from(registration.getAttributes())
			.filterDefaultValues()
			.asMap(Adapt.ANNOTATION_TO_MAP));
		attributes.put("dependsOn", names(registration.getDependsOn()));
		attributes.put("after", names(registration.getAfter()));
		attributes.put("excludeDependencies", names(registration.getExcludeDependencies()));
		attributes.put("activation", (activation != null) ? activation : Activation.ENABLED);
		if (registration.getSupplier() != null) {
			attributes.merge("health", SuppliedLifecycle.HEALTH, RegisteredService::withDefaults);
		}
		return attributes;
	}

	private static Object withDefaults(Object own, Object defaults) {
		Map<Object, Object> all = new HashMap<>((Map<?, ?>) defaults);
		all.putAll((Map<?, ?>) own);
		return all;
	}

	// Blank names are reported with those of annotations, which cannot be null.
	private static String[] names(List<String> names) {
		return names.stream().map((name) -> (name != null) ? name : "").toArray(String[]::new);
	}

}
