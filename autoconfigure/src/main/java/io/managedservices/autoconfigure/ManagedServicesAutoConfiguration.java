// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.exit.ApplicationExit;
import io.managedservices.autoconfigure.exit.ExitOnRequest;
import io.managedservices.autoconfigure.observation.Surroundings;
import io.managedservices.internal.concurrent.Backend;
import io.managedservices.internal.concurrent.ServiceThreads;
import io.managedservices.internal.concurrent.ThreadBackend;
import io.managedservices.internal.declare.ServiceExtension;
import io.managedservices.internal.discovery.LateServices;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.internal.inject.InjectionNeeds;
import io.managedservices.internal.inject.ProvidedInjection;
import io.managedservices.internal.lifecycle.ContextCallbacks;
import io.managedservices.internal.lifecycle.DeferredManagedServices;
import io.managedservices.internal.lifecycle.KeepAlive;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycle;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycleProcessor;
import io.managedservices.internal.lifecycle.ManagedServicesQuiesceLifecycle;
import io.managedservices.internal.lifecycle.ServicesSetup;
import io.managedservices.internal.log.LifecycleEventPublisher;
import io.managedservices.internal.log.LifecycleLog;
import io.managedservices.internal.log.ServiceFailureListeners;
import io.managedservices.work.ServiceFailureListener;

/**
 * Auto-configuration of managed services: the façade, and what starts and stops them with
 * the context, logs, and publishes what happens. Each context of a hierarchy manages its
 * own services. Immutable.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = LifecycleAutoConfiguration.class)
@Conditional(OnManagedServicesEnabled.class)
@EnableConfigurationProperties(ManagedServicesProperties.class)
public final class ManagedServicesAutoConfiguration {

	static final String CALLBACKS = "managedServicesContextCallbacks";

	@Bean(autowireCandidate = false)
	static FirstLook managedServicesFirstLook(ConfigurableEnvironment environment) {
		return new FirstLook(environment);
	}

	@Bean
	static ServicePresence managedServicesPresence(ConfigurableListableBeanFactory beanFactory) {
		return new ServicePresence(beanFactory);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(value = ManagedServices.class, search = SearchStrategy.CURRENT)
	DeferredManagedServices managedServices(ConfigurableListableBeanFactory beanFactory, ServicePresence presence,
			ObjectProvider<ServicesSetup> setup) {
		return new DeferredManagedServices(beanFactory, presence, setup::getObject);
	}

	@Bean
	@Lazy
	ServicesSetup managedServicesSetup(ManagedServicesProperties properties,
			ObjectProvider<LifecycleProperties> lifecycle, ServiceThreads threads,
			ObjectProvider<TaskDecorator> taskDecorators, ApplicationExit applicationExit,
			ConfigurableListableBeanFactory beanFactory) {
		return ResolvedProperties.of(properties, PhaseTimeout.of(lifecycle))
			.setup(threads, taskDecorators, () -> Surroundings.of(beanFactory), beanFactory, applicationExit);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(value = ServiceThreads.class, search = SearchStrategy.CURRENT)
	static ServiceThreads managedServicesThreads(Environment environment) {
		return new ServiceThreads(
				Threading.VIRTUAL.isActive(environment) ? ThreadBackend.virtual() : ThreadBackend.platform());
	}

	@Bean(name = CALLBACKS, autowireCandidate = false)
	static ContextCallbacks managedServicesContextCallbacks(ServicePresence presence,
			ObjectProvider<DeferredManagedServices> services, ApplicationContext context) {
		return new ContextCallbacks(presence, services, context);
	}

	@Bean(autowireCandidate = false)
	static ProvidedInjection managedServicesProvidedInjection() {
		return new ProvidedInjection();
	}

	@Bean(autowireCandidate = false)
	static InjectionNeeds managedServicesInjectionNeeds(ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		return new InjectionNeeds(beanFactory, environment);
	}

	@Bean(autowireCandidate = false)
	static LateServices managedServicesLateServiceWarning(ConfigurableListableBeanFactory beanFactory) {
		return new LateServices(beanFactory);
	}

	@Bean(autowireCandidate = false)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ManagedServicesLifecycle managedServicesLifecycle(ServicePresence presence,
			ObjectProvider<ManagedServices> services, ObjectProvider<ServicesSetup> setup,
			ApplicationExit applicationExit) {
		return new ManagedServicesLifecycle(presence, services::getObject, setup::getObject, applicationExit);
	}

	@Bean(autowireCandidate = false)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ManagedServicesQuiesceLifecycle managedServicesQuiesceLifecycle(ServicePresence presence, BeanFactory beanFactory) {
		return new ManagedServicesQuiesceLifecycle(presence, beanFactory.getBean(ManagedServicesLifecycle.class));
	}

	// In place of that of Boot, which knows nothing of services.
	@Bean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
	@ConditionalOnMissingBean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
			search = SearchStrategy.CURRENT)
	ManagedServicesLifecycleProcessor managedServicesLifecycleProcessor(
			ObjectProvider<DeferredManagedServices> services, ObjectProvider<LifecycleProperties> lifecycle) {
		ManagedServicesLifecycleProcessor processor = new ManagedServicesLifecycleProcessor(services);
		processor.setTimeoutPerShutdownPhase(PhaseTimeout.of(lifecycle).toMillis());
		return processor;
	}

	// It looks in real time, by a thread that simulated time does not wait for.
	@Bean
	@Lazy
	@ConditionalOnBean(value = DeferredManagedServices.class, search = SearchStrategy.CURRENT)
	@ConditionalOnMissingBean(type = "io.managedservices.test.SimulatedTime")
	KeepAlive managedServicesKeepAlive(ConfigurableApplicationContext context, DeferredManagedServices services,
			ObjectProvider<ServicesSetup> setup, ObjectProvider<ServiceExtension> extensions) {
		return new KeepAlive(context, services, setup.getObject().discovery().gates().keySet(), extensions);
	}

	@Bean
	ApplicationExit managedServicesApplicationExit(ConfigurableApplicationContext context) {
		return new ApplicationExit(context);
	}

	@Bean(autowireCandidate = false)
	@Lazy
	@Order(Ordered.LOWEST_PRECEDENCE - 1)
	ExitOnRequest managedServicesExitOnRequest(ApplicationExit applicationExit,
			ConfigurableApplicationContext context) {
		return new ExitOnRequest(applicationExit, context);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Order(Ordered.HIGHEST_PRECEDENCE)
	LifecycleLog managedServicesLifecycleLog(ManagedServices services, ServiceThreads threads) {
		return new LifecycleLog(services, Backend.of(threads)::nanoTime);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ServiceFailureListeners managedServicesFailureListeners(ObjectProvider<ServiceFailureListener> listeners,
			ServiceThreads threads) {
		return new ServiceFailureListeners(listeners.orderedStream().toList(), Backend.of(threads)::nanoTime);
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Order(Ordered.LOWEST_PRECEDENCE)
	LifecycleEventPublisher managedServicesLifecycleEventPublisher(ApplicationEventPublisher publisher) {
		return new LifecycleEventPublisher(publisher);
	}

}
