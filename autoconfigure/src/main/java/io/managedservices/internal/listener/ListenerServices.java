// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.listener;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.DependsOnService;
import io.managedservices.internal.configure.ConfiguredServices;
import io.managedservices.internal.configure.ParentServices;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.SuppliedLifecycle;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.text.NearestName;
import io.managedservices.internal.text.SettingKey;

/**
 * Makes services of the message listeners that depend on services, and refuses what is
 * said of listeners that do not exist. Used once, by one thread, when all singletons of
 * the context exist.
 */
public final class ListenerServices {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Placeholders placeholders;

	private final ParentServices parents;

	private final List<GraphProblem> problems;

	public ListenerServices(ConfigurableListableBeanFactory beanFactory, Placeholders placeholders,
			ParentServices parents, List<GraphProblem> problems) {
		this.beanFactory = beanFactory;
		this.placeholders = placeholders;
		this.parents = parents;
		this.problems = problems;
	}

	/**
	 * Makes the services.
	 * @param configured what listeners depend on, by their names
	 * @return a service for each listener that depends on one, in the order in which they
	 * were registered
	 */
	public List<Declaration> find(Map<String, List<String>> configured) {
		List<RegisteredListener> listeners = new ArrayList<>();
		LocalBeans.ordered(this.beanFactory, ListenerEndpoints.class, (beanName) -> {
		}).values().forEach((endpoints) -> listeners.addAll(endpoints.close()));
		Map<String, String> keys = keys(configured, listeners);
		Map<String, Declaration> declarations = new LinkedHashMap<>();
		for (RegisteredListener listener : listeners) {
			Declaration declaration = declaration(listener, configured, keys.get(listener.endpoint().name()));
			if (declaration != null) {
				listener.leave().run();
				Declaration other = declarations.putIfAbsent(declaration.name(), declaration);
				if (other != null) {
					this.problems.add(new GraphProblem(
							"Two listeners have the name '%s': %s and %s.".formatted(declaration.name(), other.source(),
									declaration.source()),
							"Give each of them an id, such as @KafkaListener(id = \"…\"): that is the name of the service."));
				}
			}
		}
		new StrayListeners(this.beanFactory, this.problems).find();
		return List.copyOf(declarations.values());
	}

	// As with services one that differs in case and dashes will do.
	private Map<String, String> keys(Map<String, List<String>> configured, List<RegisteredListener> listeners) {
		Set<String> names = new HashSet<>();
		Map<String, String> relaxed = new HashMap<>();
		for (RegisteredListener listener : listeners) {
			names.add(listener.endpoint().name());
			relaxed.putIfAbsent(ConfiguredServices.relax(listener.endpoint().name()), listener.endpoint().name());
		}
		Map<String, String> keys = new HashMap<>();
		configured.keySet().forEach((key) -> {
			String name = names.contains(key) ? key : relaxed.get(ConfiguredServices.relax(key));
			if (name != null && (key.equals(name) || !configured.containsKey(name))) {
				keys.put(name, key);
			}
			else if (name == null && !this.parents.exists(key)) {
				this.problems.add(unknown(key, names));
			}
		});
		return keys;
	}

	private static GraphProblem unknown(String key, Set<String> names) {
		String nearest = NearestName.of(key, names);
		return new GraphProblem(
				"%s configures listener '%s', and there is no message listener of that name."
					.formatted(SettingKey.of("listeners", key), key),
				"Correct or remove %s, or give the listener the id '%s'.%s".formatted(SettingKey.of("listeners", key),
						key, (nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
	}

	private @Nullable Declaration declaration(RegisteredListener listener, Map<String, List<String>> configured,
			@Nullable String key) {
		ListenerEndpoint endpoint = listener.endpoint();
		MergedAnnotation<DependsOnService> annotation = endpoint.annotation();
		if (key != null) {
			String source = "%s of %s".formatted(SettingKey.of("listeners", key), endpoint.describe());
			return declaration(listener, source, configured.getOrDefault(key, List.of()).toArray(new String[0]));
		}
		if (annotation == null) {
			return null;
		}
		String source = "%s with @DependsOnService".formatted(endpoint.describe());
		Map<String, Object> attributes = this.placeholders.attributes(annotation,
				(what, attribute) -> this.problems.add(new GraphProblem(
						"Service '%s' %s (%s).".formatted(endpoint.name(), what, source),
						"Set the property, or correct @DependsOnService of the %s.".formatted(endpoint.describe()))));
		return declaration(listener, source, (String[]) attributes.getOrDefault("value", new String[0]));
	}

	// It is no bean, and what stands for the name of one is none that a bean could have.
	private Declaration declaration(RegisteredListener listener, String source, String[] dependsOn) {
		if (dependsOn.length == 0) {
			this.problems.add(new GraphProblem("The %s names no service.".formatted(source),
					"Name the services that the %s depends on.".formatted(listener.endpoint().describe())));
		}
		return new Declaration(source, listener.endpoint().name(), source,
				Map.of("dependsOn", dependsOn, "health", SuppliedLifecycle.HEALTH),
				new SuppliedLifecycle(listener.container()), null);
	}

}
