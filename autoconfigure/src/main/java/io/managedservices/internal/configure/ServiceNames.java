// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.configure;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.text.NearestName;

/**
 * The names of all services, and of the beans that they are, those of parents among them.
 * Immutable.
 */
public final class ServiceNames {

	private final Set<String> services = new HashSet<>();

	private final Map<String, String> serviceOfBean = new HashMap<>();

	private final ConfigurableListableBeanFactory beanFactory;

	private final ParentServices parents;

	/** Which others there are now. */
	private final Predicate<String> others;

	public ServiceNames(ConfigurableListableBeanFactory beanFactory, ParentServices parents,
			List<Declaration> declarations) {
		this.beanFactory = beanFactory;
		this.parents = parents;
		this.others = (name) -> false;
		add(declarations);
	}

	private ServiceNames(ServiceNames base, ParentServices parents, List<Declaration> declarations,
			Predicate<String> others) {
		this.beanFactory = base.beanFactory;
		this.parents = parents;
		this.others = others;
		base.services.stream().filter(others).forEach(this.services::add);
		base.serviceOfBean.forEach((beanName, service) -> {
			if (others.test(service)) {
				this.serviceOfBean.put(beanName, service);
			}
		});
		add(declarations);
	}

	private void add(List<Declaration> declarations) {
		for (Declaration declaration : declarations) {
			this.services.add(declaration.name());
			this.serviceOfBean.put(declaration.beanName(), declaration.name());
			for (String alias : this.beanFactory.getAliases(declaration.beanName())) {
				this.serviceOfBean.put(alias, declaration.name());
			}
		}
	}

	/**
	 * Those of these names of which there are services still, and the names of further
	 * ones.
	 * @param further the services of parents, as they are now
	 * @param declarations beans that are services, those that come now among them
	 * @param others whether there is a service of a name
	 * @return the names
	 */
	public ServiceNames with(ParentServices further, List<Declaration> declarations, Predicate<String> others) {
		return new ServiceNames(this, further, declarations, others);
	}

	/**
	 * The service that is meant by a name: that of a service; if there is none, that of
	 * the bean of a service; if there is none either, that of a service of a parent.
	 * @param name the name
	 * @return the name of the service, or the same if there is none
	 */
	public String resolve(String name) {
		String service = exists(name) ? name : this.serviceOfBean.get(name);
		if (service == null) {
			service = this.parents.resolve(name);
		}
		return (service != null) ? service : name;
	}

	/**
	 * Whether a service is one of a parent, and none of the context.
	 * @param service the name of the service
	 * @return whether it is
	 */
	public boolean isOfParent(String service) {
		return !exists(service) && this.parents.exists(service);
	}

	/**
	 * Whether there is a service of a name but for case, dashes and the like.
	 * @param relaxed the name without them
	 * @return whether there is
	 */
	boolean isAnyRelaxed(String relaxed) {
		return this.services.stream().anyMatch((name) -> ConfiguredServices.relax(name).equals(relaxed));
	}

	public boolean exists(String service) {
		return this.services.contains(service) || this.others.test(service);
	}

	public @Nullable String ofBean(String beanName) {
		String service = this.serviceOfBean.get(beanName);
		return (service == null && !this.beanFactory.containsLocalBean(beanName)) ? this.parents.ofBean(beanName)
				: service;
	}

	/**
	 * What a bean was injected with, be it one of the context or of a parent.
	 * @param beanName the name of the bean
	 * @return the names of beans
	 */
	public List<String> dependenciesOf(String beanName) {
		return this.beanFactory.containsLocalBean(beanName) ? List.of(this.beanFactory.getDependenciesForBean(beanName))
				: this.parents.dependenciesOf(beanName);
	}

	public @Nullable String nearest(String name) {
		return NearestName.of(name, this.services);
	}

}
