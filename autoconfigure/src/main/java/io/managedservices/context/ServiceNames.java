package io.managedservices.context;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.graph.NearestName;

/**
 * The names of all services, and of the beans that they are. Immutable.
 */
final class ServiceNames {

	private final Set<String> services = new HashSet<>();

	private final Map<String, String> serviceOfBean = new HashMap<>();

	ServiceNames(ConfigurableListableBeanFactory beanFactory, List<Declaration> declarations) {
		for (Declaration declaration : declarations) {
			this.services.add(declaration.name());
			this.serviceOfBean.put(declaration.beanName(), declaration.name());
			for (String alias : beanFactory.getAliases(declaration.beanName())) {
				this.serviceOfBean.put(alias, declaration.name());
			}
		}
	}

	/**
	 * The service that is meant by a name: that of a service; if there is none, that of
	 * the bean of a service.
	 * @param name the name
	 * @return the name of the service, or the same if there is none
	 */
	String resolve(String name) {
		return this.services.contains(name) ? name : this.serviceOfBean.getOrDefault(name, name);
	}

	boolean exists(String service) {
		return this.services.contains(service);
	}

	@Nullable String ofBean(String beanName) {
		return this.serviceOfBean.get(beanName);
	}

	@Nullable String nearest(String name) {
		return NearestName.of(name, this.services);
	}

}
