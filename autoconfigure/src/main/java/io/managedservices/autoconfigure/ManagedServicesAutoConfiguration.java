package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
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
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceFailureReporter;
import io.managedservices.concurrent.Backend;
import io.managedservices.concurrent.ServiceThreads;
import io.managedservices.concurrent.ThreadBackend;
import io.managedservices.context.ContextCallbacks;
import io.managedservices.context.DeferredManagedServices;
import io.managedservices.context.KeepAlive;
import io.managedservices.context.LateServiceWarning;
import io.managedservices.context.ManagedServicesLifecycle;
import io.managedservices.context.ManagedServicesLifecycleProcessor;
import io.managedservices.context.ManagedServicesQuiesceLifecycle;
import io.managedservices.context.ProvidedInjection;
import io.managedservices.context.ServiceEventLog;
import io.managedservices.context.ServiceEventPublisher;
import io.managedservices.context.ServiceExtension;
import io.managedservices.context.ServiceFailureReporting;
import io.managedservices.engine.ServiceEngine;
import io.managedservices.graph.ServiceGraph;
import io.managedservices.test.SimulatedTime;
import io.managedservices.work.WorkEngine;

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
@ImportRuntimeHints({ InjectionHints.class, VirtualThreadHints.class })
public final class ManagedServicesAutoConfiguration {

	/** That of Spring's DefaultLifecycleProcessor, where Boot does not set another. */
	private static final Duration SPRING_PHASE_TIMEOUT = Duration.ofSeconds(10);

	/** More than the engine needs to notice that its time is over. */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private final ManagedServicesProperties properties;

	private final Duration phaseTimeout;

	private final ResolvedProperties resolved;

	ManagedServicesAutoConfiguration(ManagedServicesProperties properties,
			ObjectProvider<LifecycleProperties> lifecycleProperties) {
		LifecycleProperties lifecycle = lifecycleProperties.getIfAvailable();
		this.properties = properties;
		this.phaseTimeout = (lifecycle != null) ? ResolvedProperties.limited(lifecycle.getTimeoutPerShutdownPhase())
				: SPRING_PHASE_TIMEOUT;
		this.resolved = ResolvedProperties.of(properties, this.phaseTimeout);
	}

	// Before anything is bound, which would report one mistake at a time, or none.
	@Bean(autowireCandidate = false)
	static BeanFactoryPostProcessor managedServicesSettingsCheck(ConfigurableEnvironment environment) {
		return (beanFactory) -> KnownSettings.check(environment);
	}

	@Bean
	@ConditionalOnMissingBean(value = ManagedServices.class, search = SearchStrategy.CURRENT)
	DeferredManagedServices managedServices(ConfigurableListableBeanFactory beanFactory, ServiceThreads threads,
			ObjectProvider<TaskDecorator> taskDecorators, ApplicationExit applicationExit) {
		return new DeferredManagedServices(beanFactory, this.resolved.discovery(),
				(graph) -> engine(graph, Backend.of(threads), TaskDecorators.combine(taskDecorators), applicationExit),
				this.resolved.engine().shutdownTimeout().plus(GRACE));
	}

	private ServiceEngine engine(ServiceGraph graph, Backend backend, @Nullable UnaryOperator<Runnable> decorator,
			ApplicationExit applicationExit) {
		ServiceEngine engine = new ServiceEngine(graph, this.resolved.engine(), backend,
				new WorkEngine(this.resolved.work(), backend, decorator));
		engine.onBreakdown(new ExitOnBreakdown(applicationExit));
		return engine;
	}

	@Bean
	@ConditionalOnMissingBean(value = ServiceThreads.class, search = SearchStrategy.CURRENT)
	static ServiceThreads managedServicesThreads(Environment environment) {
		return new ServiceThreads(
				Threading.VIRTUAL.isActive(environment) ? ThreadBackend.virtual() : ThreadBackend.platform());
	}

	@Bean(autowireCandidate = false)
	static ContextCallbacks managedServicesContextCallbacks(ObjectProvider<DeferredManagedServices> services,
			ApplicationContext context) {
		return new ContextCallbacks(services, context);
	}

	@Bean(autowireCandidate = false)
	static ProvidedInjection managedServicesProvidedInjection() {
		return new ProvidedInjection();
	}

	@Bean(autowireCandidate = false)
	static LateServiceWarning managedServicesLateServiceWarning(ConfigurableListableBeanFactory beanFactory) {
		return new LateServiceWarning(beanFactory);
	}

	@Bean(autowireCandidate = false)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ManagedServicesLifecycle managedServicesLifecycle(ManagedServices services, ApplicationExit applicationExit) {
		return new ManagedServicesLifecycle(services, this.properties.startup().mode(),
				this.resolved.engine().shutdownTimeout(), new ExitOnStartFailure(applicationExit));
	}

	@Bean(autowireCandidate = false)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ManagedServicesQuiesceLifecycle managedServicesQuiesceLifecycle(ManagedServices services, BeanFactory beanFactory) {
		return new ManagedServicesQuiesceLifecycle(services, beanFactory.getBean(ManagedServicesLifecycle.class));
	}

	// In place of that of Boot, which knows nothing of services.
	@Bean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
	@ConditionalOnMissingBean(name = AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME,
			search = SearchStrategy.CURRENT)
	ManagedServicesLifecycleProcessor managedServicesLifecycleProcessor(
			ObjectProvider<DeferredManagedServices> services) {
		ManagedServicesLifecycleProcessor processor = new ManagedServicesLifecycleProcessor(services);
		processor.setTimeoutPerShutdownPhase(this.phaseTimeout.toMillis());
		return processor;
	}

	// It looks in real time, by a thread that simulated time does not wait for.
	@Bean
	@ConditionalOnBean(value = DeferredManagedServices.class, search = SearchStrategy.CURRENT)
	@ConditionalOnMissingBean(SimulatedTime.class)
	KeepAlive managedServicesKeepAlive(ConfigurableApplicationContext context, DeferredManagedServices services,
			ObjectProvider<ServiceExtension> extensions) {
		return new KeepAlive(context, services, this.properties.gates().keySet(), extensions);
	}

	@Bean
	ApplicationExit managedServicesApplicationExit(ConfigurableApplicationContext context) {
		return new ApplicationExit(context);
	}

	@Bean(autowireCandidate = false)
	@Order(Ordered.LOWEST_PRECEDENCE - 1)
	ExitOnGiveUp managedServicesExitOnGiveUp(ApplicationExit applicationExit, ApplicationContext context) {
		return new ExitOnGiveUp(applicationExit, context);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Order(Ordered.HIGHEST_PRECEDENCE)
	ServiceEventLog managedServicesEventLog(ManagedServices services, ServiceThreads threads) {
		return new ServiceEventLog(services, Backend.of(threads)::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ServiceFailureReporting managedServicesFailureReporting(ObjectProvider<ServiceFailureReporter> reporters,
			ServiceThreads threads) {
		return new ServiceFailureReporting(reporters.orderedStream().toList(), Backend.of(threads)::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	@Order(Ordered.LOWEST_PRECEDENCE)
	ServiceEventPublisher managedServicesEventPublisher(ApplicationEventPublisher publisher) {
		return new ServiceEventPublisher(publisher);
	}

}
