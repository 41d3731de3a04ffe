// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceLookup;
import io.managedservices.ServiceRegistration;
import io.managedservices.ServiceRegistry;
import io.managedservices.internal.configure.ParentSource;
import io.managedservices.internal.declare.LocalBeans;
import io.managedservices.internal.declare.OwnBeans;
import io.managedservices.internal.declare.PresenceSign;
import io.managedservices.internal.declare.ServiceAnnotations;
import io.managedservices.internal.line.LineLog;
import io.managedservices.internal.workmethod.StrayWorkMethods;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceOperator;

/**
 * Whether a context has services. An application that has none pays for no more than this
 * look at its beans: nothing that runs, shows or measures services is made. In doubt
 * there are some, so that they are discovered. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class ServicePresence implements Consumer<Runnable> {

	private static final Log logger = LineLog.of(ServicePresence.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final List<Runnable> actions = new ArrayList<>();

	private volatile @Nullable Boolean any;

	/** Guarded by the actions. */
	private boolean begun;

	/**
	 * Create it.
	 * @param beanFactory the factory of the context
	 */
	public ServicePresence(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Whether there are services, or somebody uses the façade for more than to learn that
	 * there are none.
	 * @return {@code true} as well before all singletons of the context exist
	 */
	public boolean isAny() {
		Boolean known = this.any;
		return (known != null) ? known : !isKnown() || look();
	}

	/**
	 * Whether all singletons of the context exist, so that what is a service can be told.
	 * @return {@code false} while they are being created
	 */
	public boolean isKnown() {
		return this.any != null || LocalBeans.allExist(this.beanFactory);
	}

	/**
	 * Has a look at the beans, unless somebody had: all singletons exist.
	 * @return whether there are services
	 */
	public boolean look() {
		if (this.any == null) {
			boolean replaced = isReplaced();
			boolean found = replaced || isSignSeen() || isRegistered() || isAnyBean();
			synchronized (this.actions) {
				if (this.any == null) {
					this.any = found;
				}
			}
			if (replaced) {
				warnOfReplacement();
				began();
			}
			else if (!found) {
				noneFound();
			}
		}
		return Boolean.TRUE.equals(this.any);
	}

	private void noneFound() {
		LateServices.discovered(this.beanFactory, List.of());
		for (String beanName : signs()) {
			this.beanFactory.getBean(beanName, PresenceSign.class).noneFound();
		}
	}

	/**
	 * As {@link #whenAny}, for those who know no more of this.
	 * @param action is run once there are services
	 */
	@Override
	public void accept(Runnable action) {
		whenAny(action);
	}

	/**
	 * Runs an action once there is a façade that knows its services: now, later, or
	 * never.
	 * @param action what is done
	 */
	public void whenAny(Runnable action) {
		synchronized (this.actions) {
			if (!this.begun) {
				this.actions.add(action);
				return;
			}
		}
		action.run();
	}

	/**
	 * The façade knows its services, and is used whether there are any or not.
	 */
	public void began() {
		List<Runnable> open;
		synchronized (this.actions) {
			this.any = Boolean.TRUE;
			this.begun = true;
			open = List.copyOf(this.actions);
			this.actions.clear();
		}
		open.forEach(Runnable::run);
	}

	// Somebody else's façade knows by itself what it has.
	private boolean isReplaced() {
		return this.beanFactory.getBeanNamesForType(ParentSource.class, false, false).length == 0;
	}

	private void warnOfReplacement() {
		String[] replacements = this.beanFactory.getBeanNamesForType(ManagedServices.class, false, false);
		for (String beanName : replacements) {
			logger.warn(
					"Bean '%s' replaces ManagedServices: the services of this application are not managed. Remove it, unless it is a mock."
						.formatted(beanName));
		}
		if (replacements.length == 0) {
			List.of(ServiceOperator.class, ServiceMonitor.class, ServiceLookup.class, ServiceRegistry.class)
				.forEach(this::warnOfPart);
		}
	}

	// A mock by its type takes the place of the bean of that type, which is all of it.
	private void warnOfPart(Class<?> part) {
		for (String beanName : this.beanFactory.getBeanNamesForType(part, false, false)) {
			logger.warn(
					"Bean '%s' replaces ManagedServices, and is a %s only: the services of this application are not managed. Replace or mock ManagedServices instead."
						.formatted(beanName, part.getSimpleName()));
		}
	}

	private boolean isSignSeen() {
		for (String beanName : signs()) {
			if (this.beanFactory.getBean(beanName, PresenceSign.class).isSeen()) {
				return true;
			}
		}
		return false;
	}

	private String[] signs() {
		return this.beanFactory.getBeanNamesForType(PresenceSign.class, false, false);
	}

	private boolean isRegistered() {
		return this.beanFactory.getBeanNamesForType(ServiceRegistration.class, false, true).length > 0;
	}

	private boolean isAnyBean() {
		for (String beanName : LocalBeans.names(this.beanFactory)) {
			if (mayBeService(beanName)) {
				return true;
			}
		}
		return false;
	}

	private boolean mayBeService(String beanName) {
		BeanDefinition definition = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getMergedBeanDefinition(beanName) : null;
		// Asking for the type also makes the factory resolve the factory method.
		Class<?> type = this.beanFactory.getType(beanName, false);
		if (definition != null && (definition.isAbstract() || OwnBeans.isOwn(definition))) {
			return false;
		}
		return (type != null && isExpected(type)) || StrayWorkMethods.isAnyIn(this.beanFactory, beanName)
				|| ServiceAnnotations.find(this.beanFactory, beanName) != null;
	}

	// Whoever listens expects something to hear.
	private static boolean isExpected(Class<?> type) {
		return ServiceLifecycle.class.isAssignableFrom(type) || LifecycleListener.class.isAssignableFrom(type);
	}

}
