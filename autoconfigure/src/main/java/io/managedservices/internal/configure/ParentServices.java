// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ManagedServices;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.SettingOrigin;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceKind;

/**
 * The services of the parents of a context: the nearest parent first that has one of a
 * name. A service of the context that depends on one of them depends on a gate of the
 * same name, which stands for it in the graph of the context. Used by one thread.
 */
public final class ParentServices {

	private final List<Parent> parents = new ArrayList<>();

	private final Map<String, ServiceDefinition> gates = new LinkedHashMap<>();

	public ParentServices(ConfigurableListableBeanFactory beanFactory) {
		for (ParentSource source : sources(beanFactory)) {
			Parent known = source.asParent();
			if (known != null) {
				this.parents.add(known);
			}
		}
	}

	private static List<ParentSource> sources(ConfigurableListableBeanFactory beanFactory) {
		List<ParentSource> sources = new ArrayList<>();
		BeanFactory parent = beanFactory.getParentBeanFactory();
		while (parent instanceof ConfigurableListableBeanFactory factory) {
			for (String beanName : factory.getBeanNamesForType(ParentSource.class, false, false)) {
				sources.add(factory.getBean(beanName, ParentSource.class));
			}
			parent = factory.getParentBeanFactory();
		}
		return sources;
	}

	/**
	 * The nearest parent that manages services, whether it has any or not.
	 * @param beanFactory the factory of a context
	 * @return that of its parent, or {@code null} if there is none
	 */
	public static @Nullable ParentSource nearest(ConfigurableListableBeanFactory beanFactory) {
		List<ParentSource> sources = sources(beanFactory);
		return sources.isEmpty() ? null : sources.get(0);
	}

	public boolean exists(String service) {
		return first((parent, name) -> (parent.graph().indexOf(name) >= 0) ? name : null, service) != null;
	}

	@Nullable String resolve(String name) {
		return first((parent, asked) -> {
			String service = parent.names().resolve(asked);
			return (parent.graph().indexOf(service) >= 0) ? service : null;
		}, name);
	}

	@Nullable String ofBean(String beanName) {
		return first((parent, asked) -> parent.names().ofBean(asked), beanName);
	}

	/**
	 * Whether a key in the configuration of services is that of a parent's.
	 * @param key the key
	 * @return whether it is, as properties are bound
	 */
	boolean isConfigured(String key) {
		String relaxed = ConfiguredServices.relax(key);
		return first((parent, asked) -> parent.names().isAnyRelaxed(asked) ? asked : null, relaxed) != null;
	}

	List<String> dependenciesOf(String beanName) {
		for (Parent parent : this.parents) {
			if (parent.beanFactory().containsLocalBean(beanName)) {
				return List.of(parent.beanFactory().getDependenciesForBean(beanName));
			}
		}
		return List.of();
	}

	private <T> @Nullable T first(BiFunction<Parent, String, @Nullable T> function, String name) {
		for (Parent parent : this.parents) {
			T found = function.apply(parent, name);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	/**
	 * A service of the context depends on one of a parent.
	 * @param service the name of the parent's
	 * @param defaults the settings of a service for which nothing is configured
	 */
	public void depend(String service, ServiceSettings defaults) {
		this.gates.computeIfAbsent(service, (name) -> {
			Parent parent = first((each, asked) -> (each.graph().indexOf(asked) >= 0) ? each : null, name);
			if (parent == null) {
				throw new IllegalArgumentException(name);
			}
			return gate(parent, parent.graph().definition(parent.graph().indexOf(name)), defaults);
		});
	}

	// Waits for as long as it takes, as for anything that is not of this context.
	private static ServiceDefinition gate(Parent parent, ServiceDefinition service, ServiceSettings defaults) {
		boolean onDemand = service.descriptor().activation() == Activation.ON_DEMAND;
		ServiceDescriptor descriptor = new ServiceDescriptor(service.name(), false,
				onDemand ? Activation.ON_DEMAND : Activation.ENABLED, List.of(), ServiceKind.PARENT_SERVICE, null);
		ServiceSettings.Health health = new ServiceSettings.Health(defaults.health().interval(),
				defaults.health().timeout(), 1);
		ServiceSettings settings = defaults.withRetry(defaults.retry().endless())
			.withRestart(defaults.restart().endless())
			.withHealth(health)
			.withWatchdog(null);
		ServiceCallbacks callbacks = ServiceCallbacks
			.of(new ParentServiceGate(service.name(), parent.services(), service.provides()));
		return new ServiceDefinition(descriptor, service.instance(), callbacks, settings, service.provides(), List.of(),
				"service '%s' of the parent context".formatted(service.name()), SettingOrigin.DEFAULTS);
	}

	/**
	 * What services of the context depend on.
	 * @return a gate for each service
	 */
	public List<ServiceDefinition> gates() {
		return List.copyOf(this.gates.values());
	}

	/**
	 * The services of one parent. Immutable.
	 *
	 * @param beanFactory the factory of the parent
	 * @param services its services
	 * @param graph their graph, as it is now
	 * @param names their names, and those of their beans
	 */
	public record Parent(ConfigurableListableBeanFactory beanFactory, ManagedServices services, ServiceGraph graph,
			ServiceNames names) {

	}

}
