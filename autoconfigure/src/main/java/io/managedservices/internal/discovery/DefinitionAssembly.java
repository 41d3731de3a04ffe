// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.StringUtils;

import io.managedservices.internal.bean.BeanCallbacks;
import io.managedservices.internal.bean.UncalledMethods;
import io.managedservices.internal.configure.ServiceNames;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.configure.SettingsResolver;
import io.managedservices.internal.declare.Declaration;
import io.managedservices.internal.declare.DeclaredWork;
import io.managedservices.internal.declare.DrivenLifecycles;
import io.managedservices.internal.declare.Placeholders;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.text.SettingKey;
import io.managedservices.internal.workmethod.WorkMethods;
import io.managedservices.item.ItemService;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceKind;

/**
 * Puts what was declared of a service together: its methods, its work, its settings, and
 * what it depends on. Used by one thread.
 */
final class DefinitionAssembly {

	/** In the store, a prefix comes before it. */
	private static final int MAX_LEASE_NAME = 48;

	private final SettingsResolver resolver;

	private final List<GraphProblem> problems;

	private final BeanCallbacks callbacks;

	private final UncalledMethods uncalledMethods;

	private final BeanDependencies dependencies;

	private final WorkMethods workMethods;

	private final ServiceExtensions extensions;

	DefinitionAssembly(ConfigurableListableBeanFactory beanFactory, Placeholders placeholders, ServiceNames names,
			SettingsResolver resolver, ServiceExtensions extensions, DrivenLifecycles lifecycles,
			List<GraphProblem> problems) {
		this.resolver = resolver;
		this.problems = problems;
		this.callbacks = new BeanCallbacks(beanFactory, lifecycles, problems);
		this.uncalledMethods = new UncalledMethods(beanFactory, problems);
		this.dependencies = new BeanDependencies(beanFactory, names, problems);
		this.workMethods = new WorkMethods(placeholders, names, problems);
		this.extensions = extensions;
	}

	ServiceDefinition definition(Declaration declaration, SettingsOverlay own) {
		List<ServiceExtension.Addition> additions = this.extensions.of(declaration);
		ServiceDescriptor descriptor = new ServiceDescriptor(declaration.name(),
				own.value("required", declaration.attributes().required()),
				own.value("activation", declaration.attributes().activation()),
				ServiceExtensions.addTo(this.dependencies.of(declaration), additions), kind(declaration),
				lease(declaration, own));
		SettingsResolver.Resolved resolved = this.resolver.resolve(declaration, own);
		DeclaredWork work = this.workMethods.of(declaration).after(additions);
		this.uncalledMethods.check(declaration, !work.equals(DeclaredWork.NONE));
		return new ServiceDefinition(descriptor, declaration.instance(),
				this.extensions.decorate(declaration, work.addTo(this.callbacks.of(declaration))), resolved.settings(),
				provides(declaration), work.hooks(), declaration.described(), resolved.origin());
	}

	private static ServiceKind kind(Declaration declaration) {
		if (declaration.gate() != null) {
			return ServiceKind.GATE;
		}
		if (declaration.instance() instanceof ItemService) {
			return ServiceKind.ITEM_SERVICE;
		}
		return declaration.isAnnotated() ? ServiceKind.BEAN : ServiceKind.REGISTRATION;
	}

	private @Nullable String lease(Declaration declaration, SettingsOverlay own) {
		String lease = own.value("lease", declaration.attributes().lease());
		if (lease.length() > MAX_LEASE_NAME) {
			this.problems.add(new GraphProblem(
					"Service '%s' has a lease of too long a name: expected at most %d characters, found '%s', which has %d."
						.formatted(declaration.name(), MAX_LEASE_NAME, lease, lease.length()),
					own.sets("lease") ? "Shorten %s.".formatted(SettingKey.ofService(declaration.name(), "lease"))
							: "Shorten the lease of '%s' (%s).".formatted(declaration.name(), declaration.source())));
		}
		return StringUtils.hasText(lease) ? lease : null;
	}

	private static @Nullable Class<?> provides(Declaration declaration) {
		Class<?> type = declaration.attributes().provides();
		return (type != void.class) ? type : null;
	}

}
