// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.discovery;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import io.managedservices.ManagedService;
import io.managedservices.Restart;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.configure.SettingsOverlay;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ServiceDiscovery}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceDiscoveryIntegrationTests {

	@Test
	void discoverWhenAnnotatedOnClassAndMethodAndRegisteredFindsAll() {
		ServiceGraph graph = discover(Database.class, Broker.class, Registrations.class);
		assertThat(names(graph)).containsExactly("database", "broker", "first", "second");
		assertThat(definition(graph, "database").settings()).isSameAs(ServiceSettings.DEFAULTS);
		assertThat(definition(graph, "second").descriptor().required()).isFalse();
		assertThat(definition(graph, "second").descriptor().activation()).isEqualTo(Activation.ON_DEMAND);
		assertThat(dependencies(graph, "second")).containsExactly(
				required("database", "dependsOn of ServiceRegistration bean 'registration2'"),
				new ServiceDependency("absent", Kind.AFTER, "after of ServiceRegistration bean 'registration2'"));
	}

	@Test
	void discoverWhenMethodAndClassAreAnnotatedPrefersMethod() {
		ServiceGraph graph = discover(MethodOverClass.class);
		assertThat(names(graph)).containsExactly("byMethod");
		assertThat(definition(graph, "byMethod").descriptor().required()).isFalse();
	}

	@Test
	void discoverWhenBeanComesFromInstanceSupplierPrefersMethod() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			RootBeanDefinition definition = new RootBeanDefinition(Annotated.class);
			definition.setInstanceSupplier(
					BeanInstanceSupplier.<Annotated>forFactoryMethod(MethodOverClass.class, "annotated")
						.withGenerator((registeredBean) -> new Annotated()));
			context.registerBeanDefinition("annotated", definition);
			context.refresh();
			assertThat(names(discover(context, DiscoverySettings.DEFAULTS))).containsExactly("byMethod");
		}
	}

	@Test
	void discoverWhenAnnotationIsMetaAnnotationFindsIt() {
		ServiceGraph graph = discover(MetaAnnotated.class);
		assertThat(definition(graph, "meta").descriptor().required()).isFalse();
	}

	@Test
	void discoverWhenBeanIsInParentLeavesItOut() {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(Registrations.class,
				Database.class); AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(parent);
			child.register(Broker.class);
			child.refresh();
			assertThat(names(discover(child, DiscoverySettings.DEFAULTS))).containsExactly("broker");
		}
	}

	@Test
	void discoverWhenBeanIsLazyCreatesIt() {
		ServiceGraph graph = discover(LazyService.class);
		assertThat(definition(graph, "lazy").instance()).isInstanceOf(LazyService.class);
	}

	@Test
	void discoverInfersDependenciesWithTheirOrigin() {
		ServiceGraph graph = discover(Database.class, Broker.class, PollRepository.class, PollMapper.class,
				PollBook.class, DependsOnBroker.class, Holder.class);
		assertThat(dependencies(graph, "pollBook")).containsExactly(
				required("broker", "dependsOn of @ManagedService on class PollBook"),
				required("database", "injected into bean 'pollBook' through beans 'pollRepository' and 'pollMapper'"));
		assertThat(dependencies(graph, "dependsOnBroker"))
			.containsExactly(required("broker", "@DependsOn of bean 'dependsOnBroker'"));
		assertThat(dependencies(graph, "holder")).containsExactly(required("database", "injected into bean 'holder'"));
	}

	@Test
	void discoverWhenConfigurationClassIsInjectedInfersForItsBeans() {
		ServiceGraph graph = discover(Database.class, Injected.class);
		assertThat(dependencies(graph, "ofInjected"))
			.containsExactly(required("database", "injected into bean 'ofInjected' through bean 'injected'"));
	}

	@Test
	void discoverWhenRegistrationIsInjectedInfers() {
		ServiceGraph graph = discover(Database.class, InjectedRegistration.class);
		assertThat(dependencies(graph, "feed"))
			.containsExactly(required("database", "injected into bean 'feedRegistration'"));
	}

	@Test
	void discoverWhenServiceIsInjectedWithItselfInfersNothing() {
		assertThat(dependencies(discover(SelfInjected.class), "self")).isEmpty();
	}

	@Test
	void discoverWhenInjectedServiceIsDeclaredAfterKeepsDeclaration() {
		ServiceGraph graph = discover(Database.class, AfterDatabase.class);
		assertThat(dependencies(graph, "afterDatabase")).containsExactly(
				new ServiceDependency("database", Kind.AFTER, "after of @ManagedService on class AfterDatabase"));
	}

	@Test
	void discoverWhenDependencyIsBeanNameResolvesService() {
		ServiceGraph graph = discover(Renamed.class, DependsOnRenamed.class);
		assertThat(dependencies(graph, "dependsOnRenamed"))
			.containsExactly(required("other", "dependsOn of @ManagedService on class DependsOnRenamed"));
	}

	@Test
	void discoverWhenDependencyIsExcludedDropsIt() {
		assertThat(dependencies(discover(Database.class, Excluding.class), "excluding")).isEmpty();
	}

	@Test
	void discoverWhenRegistrationExcludesInjectedServiceDropsIt() {
		assertThat(dependencies(discover(Database.class, UnexcludedRegistration.class), "injected")).hasSize(1);
		assertThat(dependencies(discover(Database.class, ExcludingRegistration.class), "excluding")).isEmpty();
	}

	@Test
	void discoverWhenExcludeDropsNothingReportsIt() {
		assertThat(problems(Database.class, ExcludingTypo.class)).containsExactly(
				"Service 'excludingTypo' excludes its dependency on 'databse' (excludeDependencies of @ManagedService on class ExcludingTypo), and has no such dependency. / Remove 'databse' from excludeDependencies of service 'excludingTypo', or correct the name. Did you mean 'database'?");
		assertThat(problems(Database.class, ExcludingDeclared.class)).containsExactly(
				"Service 'excludingDeclared' names 'database' in excludeDependencies and in dependsOn or after (@ManagedService on class ExcludingDeclared). / Remove 'database' from one of them.");
	}

	@Test
	void discoverWhenNameIsDeclaredTwiceReportsIt() {
		assertThat(problems(Database.class, Twice.class)).containsExactly(
				"Service 'twice' names 'database' more than once among its dependencies (after of @ManagedService on class Twice). / Name 'database' once, in dependsOn or in after of 'twice'.");
	}

	@Test
	void discoverWhenNotSingletonReportsItAlone() {
		assertThat(problems(Prototype.class, DependsOnPrototype.class)).containsExactly(
				"A service has to be a singleton, and the scope of bean 'prototype' is 'prototype'. / Make bean 'prototype' a singleton, or remove @ManagedService from it.");
		assertThat(problems(ScopedProxy.class)).containsExactly(
				"A service has to be a singleton, and the scope of bean 'scoped' is 'prototype'. / Make bean 'scoped' a singleton, or remove @ManagedService from it.");
		assertThat(problems(PrototypeRegistration.class)).containsExactly(
				"A service has to be a singleton, and the scope of bean 'registration' is 'prototype'. / Make bean 'registration' a singleton.");
	}

	@Test
	void discoverWhenRegistrationIsNotSingletonDoesNotCreateIt() {
		assertThat(problems(RequestRegistration.class)).containsExactly(
				"A service has to be a singleton, and the scope of bean 'registration' is 'request'. / Make bean 'registration' a singleton.");
	}

	@Test
	void discoverWhenFactoryBeanMakesSeveralReportsIt() {
		assertThat(problems(PrototypeFactory.class)).containsExactly(
				"A service has to be a singleton, and isSingleton() of FactoryBean 'connection' returns false. / Let isSingleton() of FactoryBean 'connection' return true, or remove @ManagedService from it.");
	}

	@Test
	void discoverWhenClassOfFactoryBeanIsAnnotatedManagesFactoryBean() {
		for (Class<?> component : List.of(ServiceFactory.class, UnannotatedFactoryMethod.class)) {
			ServiceGraph graph = discover(component);
			assertThat(definition(graph, "factory").instance()).isInstanceOf(ServiceFactory.class);
			assertThat(definition(graph, "factory").callbacks().start()).isNotNull();
		}
	}

	@Test
	void discoverWhenMethodThatReturnsFactoryBeanIsAnnotatedManagesWhatItMakes() {
		assertThat(definition(discover(AnnotatedFactoryMethod.class), "made").instance())
			.isInstanceOf(Connection.class);
	}

	@Test
	void discoverWhenFactoryMethodReturnsNullReportsIt() {
		assertThat(problems(NullServices.class)).containsExactly(
				"A service has to be an object, and the factory method of bean 'withMethod' returned null (@ManagedService on method NullServices.withMethod). / Let the factory method of bean 'withMethod' return an object, or put a condition on it.",
				"A service has to be an object, and the factory method of bean 'withoutMethod' returned null (@ManagedService on method NullServices.withoutMethod). / Let the factory method of bean 'withoutMethod' return an object, or put a condition on it.",
				"A service has to be an object, and the factory method of bean 'registration' returned null (a ServiceRegistration). / Let the factory method of bean 'registration' return an object, or put a condition on it.");
	}

	@Test
	void discoverWhenRegistrationHasNullsReportsThem() {
		assertThat(problems(NullRegistrations.class)).containsExactly(
				"The ServiceRegistration bean 'noName' has no name: it is null. / Set the name of the ServiceRegistration bean 'noName'.",
				"The ServiceRegistration bean 'noService' has no service: it is null. / Set the service of the ServiceRegistration bean 'noService'.",
				"The ServiceRegistration bean 'noService' has no activation: it is null. / Set the activation of the ServiceRegistration bean 'noService'.",
				"Service 'noService' names '' among its dependencies (dependsOn of ServiceRegistration bean 'noService'): expected the name of a service, with at least one visible character. / Remove '' from the dependencies of service 'noService', or correct the name.");
	}

	@Test
	void discoverWhenRegistrationSetsRetryTakesIt() {
		ServiceGraph graph = discover(RetriedRegistrations.class);
		RetrySettings defaults = ServiceSettings.DEFAULTS.retry();
		assertThat(definition(graph, "all").settings().retry())
			.isEqualTo(new RetrySettings(7, Duration.ofMillis(1500), 1.5, Duration.ofMinutes(2), defaults.jitter(),
					List.of(IOException.class, IllegalStateException.class), List.of(ClassCastException.class)));
		assertThat(definition(graph, "once").settings().retry()).isEqualTo(new RetrySettings(0, defaults.delay(),
				defaults.multiplier(), defaults.maxDelay(), defaults.jitter(), defaults.excludes()));
	}

	@Test
	void discoverWhenNamesAreTheSameTellsTheBeans() {
		assertThat(problems(SameNames.class)).containsExactly(
				"A service has to be a singleton, and the scope of bean 'third' is 'prototype'. / Make bean 'third' a singleton, or remove @ManagedService from it.",
				"Two services have the name 'db': bean 'first' (@ManagedService on method SameNames.first) and bean 'third' (@ManagedService on method SameNames.third). / Give one of them another name: @ManagedService(name = \"…\"), the name of the ServiceRegistration, or the key of the gate.",
				"Two services have the name 'db': bean 'first' (@ManagedService on method SameNames.first) and ServiceRegistration bean 'second'. / Give one of them another name: @ManagedService(name = \"…\"), the name of the ServiceRegistration, or the key of the gate.");
	}

	@Test
	void discoverWhenRegisteredSmartLifecycleIsNoBeanAcceptsIt() {
		assertThat(names(discover(SmartRegistration.class))).containsExactly("smart");
		assertThat(problems(SmartRegistrationOfBean.class)).containsExactly(
				"Service 'smart' is a SmartLifecycle that Spring starts, too: it would be started twice. / Let isAutoStartup() of bean 'smartBean' return false, or let it implement ServiceLifecycle instead.");
	}

	@Test
	void discoverWhenLazyBeanTellsNoClassCreatesItIfItIsNamedOrInjected() {
		ServiceGraph graph = discover(LazyInterfaces.class);
		assertThat(names(graph)).containsExactlyInAnyOrder("named", "injected", "nested", "lifecycle", "user", "last");
		assertThat(dependencies(graph, "user")).containsExactly(
				required("named", "dependsOn of @ManagedService on method LazyInterfaces.user"),
				required("injected", "injected into bean 'user'"));
	}

	@Test
	void discoverWhenLazyLifecycleTellsItsClassAndIsNoServiceLeavesItAlone() {
		assertThat(names(discover(Database.class, LazyLifecycle.class, LazyLifecycles.class)))
			.containsExactly("database");
	}

	@Test
	void discoverWhenEqualsOfServiceCannotTakeNullFindsIt() {
		assertThat(names(discover(ProudService.class))).containsExactly("proud");
	}

	@Test
	void lateServiceIsWarnedOf(CapturedOutput output) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(LazyInterfaces.class,
				LateServices.class)) {
			assertThat(names(discover(context, DiscoverySettings.DEFAULTS))).doesNotContain("unused");
			assertThat(output).doesNotContain("is not managed");
			context.getBean("unused");
			context.getBean("prototype");
			context.getBean("prototype");
		}
		assertThat(output).containsOnlyOnce(
				"Bean 'unused' is not managed, although its class %s is annotated with @ManagedService: it was created after the services were discovered, and its factory method does not tell its class. Annotate the factory method, let it return HiddenService, or make the bean eager: @Lazy(false)."
					.formatted(HiddenService.class.getName()))
			.containsOnlyOnce("Bean 'prototype' is not managed");
	}

	@Test
	void discoverWhenSmartLifecycleStartsItselfReportsIt() {
		assertThat(problems(Smart.class)).containsExactly(
				"Service 'smart' is a SmartLifecycle that Spring starts, too: it would be started twice. / Let isAutoStartup() of bean 'smart' return false, or let it implement ServiceLifecycle instead.");
	}

	@Test
	void discoverWhenSmartLifecycleDoesNotStartItselfDrivesIt() throws Exception {
		ServiceGraph graph = discover(PassiveSmart.class);
		ServiceCallbacks callbacks = definition(graph, "passiveSmart").callbacks();
		PassiveSmart instance = (PassiveSmart) definition(graph, "passiveSmart").instance();
		start(callbacks);
		assertThat(instance.isRunning()).isTrue();
		start(callbacks);
		assertThat(instance.starts).isEqualTo(1);
		stop(callbacks);
		assertThat(instance.isRunning()).isFalse();
	}

	@Test
	void discoverWhenMethodsAreNamedCallsThem() throws Exception {
		ServiceGraph graph = discover(Methods.class);
		ServiceCallbacks callbacks = definition(graph, "connection").callbacks();
		Connection connection = (Connection) definition(graph, "connection").instance();
		start(callbacks);
		assertThat(connection.calls).containsExactly("dial");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> stop(callbacks)).withMessage("in use");
		assertThat(callbacks.prepare()).isNull();
		assertThat(callbacks.hasChecks()).isFalse();
		assertThat(definition(graph, "startOnly").callbacks().hasChecks()).isFalse();
	}

	@Test
	void discoverWhenMethodIsMissingReportsIt() {
		assertThat(problems(MissingMethods.class)).containsExactly(
				"Service 'connection' has no method 'conect' without parameters that can be called: expected one in class '%s' (startMethod of @ManagedService on method MissingMethods.connection). / Correct startMethod of service 'connection', or add such a method."
					.formatted(Connection.class.getName()),
				"Service 'connection' has no method 'withParameter' without parameters that can be called: expected one in class '%s' (stopMethod of @ManagedService on method MissingMethods.connection). / Correct stopMethod of service 'connection', or add such a method."
					.formatted(Connection.class.getName()));
	}

	@Test
	void discoverWhenServiceLifecycleHasStartMethodReportsIt() {
		assertThat(problems(Contradiction.class)).containsExactly(
				"Service 'contradiction' implements ServiceLifecycle and has a startMethod or a stopMethod (@ManagedService on class Contradiction). / Remove startMethod and stopMethod of service 'contradiction': its start and stop are called anyway.");
	}

	@Test
	void discoverWhenBeanHasNoLifecycleHasNoCallbacks() {
		ServiceCallbacks callbacks = definition(discover(Plain.class), "plain").callbacks();
		assertThat(callbacks).isEqualTo(ServiceCallbacks.NONE);
	}

	@Test
	void discoverWhenServiceIsClassProxyFindsOverriddenMethodsAndCallsProxy() throws Exception {
		List<String> intercepted = new ArrayList<>();
		ServiceGraph graph = discover(proxied(intercepted, true), Database.class);
		ServiceCallbacks callbacks = definition(graph, "database").callbacks();
		assertThat(callbacks.prepare()).isNull();
		assertThat(callbacks.hasChecks()).isFalse();
		start(callbacks);
		assertThat(intercepted).containsExactly("start");
	}

	@Test
	void discoverWhenServiceIsInterfaceProxyFindsAnnotationAndMethods() throws Exception {
		List<String> intercepted = new ArrayList<>();
		ServiceGraph graph = discover(proxied(intercepted, false), Database.class);
		assertThat(Proxy.isProxyClass(definition(graph, "database").instance().getClass())).isTrue();
		ServiceCallbacks callbacks = definition(graph, "database").callbacks();
		assertThat(callbacks.stop()).isNull();
		start(callbacks);
		assertThat(intercepted).containsExactly("start");
	}

	@Test
	void discoverWhenFactoryMethodReturnsInterfaceProxyFindsAnnotationOnTarget() {
		ServiceGraph graph = discover(ProxyFactoryMethod.class);
		assertThat(names(graph)).containsExactly("proxy");
	}

	@Test
	void discoverResolvesSettingsAttributeByAttribute() {
		ServiceSettings defaults = new ServiceSettings(Duration.ofSeconds(1), Duration.ofSeconds(2),
				Duration.ofSeconds(3),
				new RetrySettings(9, Duration.ofMillis(90), 9, Duration.ofMinutes(9), Duration.ZERO, List.of()),
				RestartSettings.DEFAULTS, ServiceSettings.DEFAULTS.health(), null, 70, Duration.ofSeconds(9));
		SettingsOverlay overrides = new SettingsOverlay(Map.of("required", false, "activation", Activation.ON_DEMAND,
				"start-timeout", Duration.ofSeconds(20), "retry.max-retries", 1, "restart.policy",
				Restart.Policy.ALWAYS, "restart.delay", Duration.ofMillis(300), "health.timeout", Duration.ofSeconds(7),
				"health.failure-threshold", 3, "health.error-buffer", 9, "event-buffer", 7));
		ServiceGraph graph = discover(new DiscoverySettings(defaults, Map.of("retried", overrides), List.of()),
				Retried.class, Database.class, Broker.class);
		ServiceDefinition retried = definition(graph, "retried");
		assertThat(retried.settings())
			.isEqualTo(new ServiceSettings(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(3),
					new RetrySettings(1, Duration.ofMillis(200), 9, Duration.ofSeconds(10), Duration.ZERO,
							List.of(IllegalStateException.class), List.of(LinkageError.class)),
					new RestartSettings(Restart.Policy.ALWAYS, 5, Duration.ofMinutes(10),
							new RestartSettings.Backoff(Duration.ofMillis(300), 2, Duration.ofMinutes(1)),
							Restart.OnGiveUp.DEGRADE),
					new ServiceSettings.Health(Duration.ofSeconds(15), Duration.ofSeconds(7), 3, 9), null, 7,
					Duration.ofSeconds(9)));
		assertThat(retried.descriptor().required()).isFalse();
		assertThat(retried.descriptor().activation()).isEqualTo(Activation.ON_DEMAND);
		assertThat(definition(graph, "database").settings()).isSameAs(defaults);
		assertThat(definition(graph, "broker").settings()).isSameAs(defaults);
	}

	@Test
	void discoverTakesEventBufferOfPropertiesOverAnnotationOverDefaults() {
		SettingsOverlay overrides = new SettingsOverlay(Map.of("event-buffer", 3));
		DiscoverySettings settings = new DiscoverySettings(ServiceSettings.DEFAULTS.withEventBuffer(70),
				Map.of("configured", overrides), List.of());
		ServiceGraph graph = discover(settings, Buffers.class);
		assertThat(List.of("plain", "annotated", "configured"))
			.extracting((name) -> definition(graph, name).settings().eventBuffer())
			.containsExactly(70, 5, 3);
	}

	@Test
	void discoverWhenConfiguredNameDiffersInCaseOrDashesFindsService() {
		SettingsOverlay optional = new SettingsOverlay(Map.of("required", false));
		for (String key : List.of("afterDatabase", "afterdatabase", "after-database")) {
			ServiceGraph graph = discover(
					new DiscoverySettings(ServiceSettings.DEFAULTS, Map.of(key, optional), List.of()), Database.class,
					AfterDatabase.class);
			assertThat(definition(graph, "afterDatabase").descriptor().required()).as(key).isFalse();
		}
	}

	@Test
	void discoverWhenConfiguredServiceDoesNotExistSuggestsNearest() {
		DiscoverySettings settings = new DiscoverySettings(ServiceSettings.DEFAULTS,
				Map.of("databse", SettingsOverlay.NONE), List.of());
		assertThat(problems(settings, Database.class)).containsExactly(
				"managed-services.services.databse configures service 'databse', and there is no service of that name. / Correct or remove managed-services.services.databse. Did you mean 'database'?");
	}

	@Test
	void discoverWhenDurationIsUnreadableReportsIt() {
		assertThat(problems(Unreadable.class)).containsExactly(
				"Service 'unreadable' has an unreadable delay of @Retry (@ManagedService on class Unreadable): expected a duration such as 500ms or 10s, found 'soon'. / Correct delay of @Retry of service 'unreadable'.");
	}

	@Test
	void discoverWhenDefaultsAreInvalidReportsThemOnce() {
		ServiceSettings defaults = ServiceSettings.DEFAULTS.withTimeouts(Duration.ofSeconds(1), Duration.ZERO,
				Duration.ofSeconds(3));
		assertThat(problems(new DiscoverySettings(defaults, Map.of(), List.of()), Database.class, Broker.class))
			.containsExactly(
					"managed-services.defaults have an invalid start-timeout: expected a duration above 0 and up to 36500d, found PT0S. / Correct managed-services.defaults.start-timeout.");
	}

	@Test
	void discoverWhenAnnotatedBeanIsRegistrationReportsIt() {
		assertThat(problems(AnnotatedRegistration.class)).containsExactly(
				"The bean 'registration' is a ServiceRegistration and annotated with @ManagedService. / Remove @ManagedService from bean 'registration': the registration is enough.");
		assertThat(problems(AnnotatedPrototypeRegistration.class)).hasSize(2)
			.allSatisfy((problem) -> assertThat(problem).contains("'registration'"));
	}

	@Test
	void discoverReportsAllProblemsAtOnce() {
		assertThat(problems(Prototype.class, Smart.class, Unreadable.class, Contradiction.class, ExcludingTypo.class,
				MissingMethods.class, MissingDependency.class))
			.hasSize(8);
	}

	private static ServiceGraph discover(Class<?>... components) {
		return discover(DiscoverySettings.DEFAULTS, components);
	}

	private static ServiceGraph discover(DiscoverySettings settings, Class<?>... components) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(components)) {
			return discover(context, settings);
		}
	}

	private static ServiceGraph discover(Consumer<AnnotationConfigApplicationContext> customizer,
			Class<?>... components) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(components);
			customizer.accept(context);
			context.refresh();
			return discover(context, DiscoverySettings.DEFAULTS);
		}
	}

	private static ServiceGraph discover(AnnotationConfigApplicationContext context, DiscoverySettings settings) {
		return new ServiceDiscovery(context.getBeanFactory(), settings).discover();
	}

	private static List<String> problems(Class<?>... components) {
		return problems(DiscoverySettings.DEFAULTS, components);
	}

	private static List<String> problems(DiscoverySettings settings, Class<?>... components) {
		InvalidServiceGraphException failure = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> discover(settings, components));
		return failure.getProblems()
			.stream()
			.map((problem) -> problem.description() + " / " + problem.action())
			.toList();
	}

	private static Consumer<AnnotationConfigApplicationContext> proxied(List<String> intercepted, boolean classProxy) {
		MethodInterceptor interceptor = (invocation) -> {
			intercepted.add(invocation.getMethod().getName());
			return invocation.proceed();
		};
		return (context) -> context
			.addBeanFactoryPostProcessor((beanFactory) -> beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof Database)) {
						return bean;
					}
					ProxyFactory factory = new ProxyFactory(bean);
					factory.setProxyTargetClass(classProxy);
					factory.addAdvice(interceptor);
					return factory.getProxy();
				}

			}));
	}

	private static List<String> names(ServiceGraph graph) {
		List<String> names = new ArrayList<>();
		for (int node = 0; node < graph.size(); node++) {
			names.add(graph.definition(node).name());
		}
		return names;
	}

	private static ServiceDefinition definition(ServiceGraph graph, String name) {
		return graph.definition(graph.indexOf(name));
	}

	private static List<ServiceDependency> dependencies(ServiceGraph graph, String name) {
		return definition(graph, name).descriptor().dependencies();
	}

	private static ServiceDependency required(String name, String origin) {
		return new ServiceDependency(name, Kind.REQUIRED, origin);
	}

	private static void start(ServiceCallbacks callbacks) throws Exception {
		callbacks.start().call(null);
	}

	private static void stop(ServiceCallbacks callbacks) throws Exception {
		callbacks.stop().call(null);
	}

	@ManagedService(name = "database")
	static class Database implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

	@ManagedService
	@Component("broker")
	static class Broker {

	}

	@ManagedService(name = "plain")
	static class Plain implements ServiceLifecycle {

	}

	@Configuration(proxyBeanMethods = false)
	static class Registrations {

		@Bean
		@Order(2)
		ServiceRegistration registration2() {
			return new ServiceRegistration("second", new Plain()).dependsOn("database")
				.after("absent")
				.required(false)
				.activation(Activation.ON_DEMAND);
		}

		@Bean
		@Order(1)
		ServiceRegistration registration1() {
			return new ServiceRegistration("first", new Plain());
		}

	}

	@ManagedService(name = "byClass")
	static class Annotated {

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodOverClass {

		@Bean
		@ManagedService(name = "byMethod", required = false)
		static Annotated annotated() {
			return new Annotated();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@ManagedService(name = "meta", required = false)
	@interface Meta {

	}

	@Meta
	static class MetaAnnotated {

	}

	@Lazy
	@ManagedService(name = "lazy")
	static class LazyService {

	}

	@Lazy
	@Component
	static class LazyLifecycle implements ServiceLifecycle {

		LazyLifecycle() {
			throw new IllegalStateException("not to be created");
		}

		@Override
		public void start(ServiceContext context) {
		}

	}

	static final class FinalLifecycle implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyLifecycles {

		@Bean
		@Lazy
		FinalLifecycle finalLifecycle() {
			throw new IllegalStateException("not to be created");
		}

	}

	@ManagedService(name = "proud")
	static class ProudService {

		@Override
		public boolean equals(Object other) {
			return other.getClass() == getClass();
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	@Component("pollMapper")
	static class PollMapper {

		PollMapper(Database database) {
		}

	}

	@Component("pollRepository")
	static class PollRepository {

		PollRepository(PollMapper mapper, Broker broker) {
		}

	}

	@ManagedService(dependsOn = "broker")
	@Component("pollBook")
	static class PollBook {

		PollBook(PollRepository repository) {
		}

	}

	@DependsOn("broker")
	@Component("dependsOnBroker")
	@ManagedService
	static class DependsOnBroker {

	}

	@ManagedService
	@Component("holder")
	static class Holder {

		@Autowired
		List<Database> databases;

	}

	@Configuration(value = "injected", proxyBeanMethods = false)
	static class Injected {

		Injected(Database database) {
		}

		@Bean
		@ManagedService
		Connection ofInjected() {
			return new Connection();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InjectedRegistration {

		@Bean
		ServiceRegistration feedRegistration(Database database) {
			return new ServiceRegistration("feed", new Plain());
		}

	}

	@ManagedService(name = "self")
	static class SelfInjected {

		@Autowired
		@Lazy
		SelfInjected self;

	}

	@ManagedService(name = "afterDatabase", after = "database")
	static class AfterDatabase {

		AfterDatabase(Database database) {
		}

	}

	@ManagedService(name = "other")
	@Component("renamed")
	static class Renamed {

	}

	@ManagedService(name = "dependsOnRenamed", dependsOn = "renamed")
	static class DependsOnRenamed {

	}

	@ManagedService(name = "excluding", excludeDependencies = "database")
	static class Excluding {

		Excluding(Database database) {
		}

	}

	@ManagedService(name = "excludingTypo", excludeDependencies = "databse")
	static class ExcludingTypo {

		@Autowired(required = false)
		Database database;

	}

	@ManagedService(name = "excludingDeclared", dependsOn = "database", excludeDependencies = "database")
	static class ExcludingDeclared {

		ExcludingDeclared(Database database) {
		}

	}

	@ManagedService(name = "twice", dependsOn = "database", after = "database")
	static class Twice {

	}

	@ManagedService
	@Component("prototype")
	@Scope("prototype")
	static class Prototype {

	}

	@ManagedService(name = "dependsOnPrototype", dependsOn = "prototype")
	static class DependsOnPrototype {

	}

	@ManagedService
	@Component("scoped")
	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ScopedProxy {

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeRegistration {

		@Bean
		@Scope("prototype")
		ServiceRegistration registration() {
			return new ServiceRegistration("registration", new Plain());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RequestRegistration {

		@Bean
		@Scope("request")
		ServiceRegistration registration() {
			throw new IllegalStateException("no request");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeFactory {

		@Bean
		@ManagedService
		static FactoryBean<Connection> connection() {
			return new ConnectionFactory() {

				@Override
				public boolean isSingleton() {
					return false;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnannotatedFactoryMethod {

		@Bean
		static ServiceFactory factory() {
			return new ServiceFactory();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedFactoryMethod {

		@Bean
		@ManagedService
		static ServiceFactory made() {
			return new ServiceFactory();
		}

	}

	@ManagedService(name = "factory")
	static class ServiceFactory extends ConnectionFactory implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
		}

	}

	static class ConnectionFactory implements FactoryBean<Connection> {

		@Override
		public Connection getObject() {
			return new Connection();
		}

		@Override
		public Class<?> getObjectType() {
			return Connection.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NullServices {

		@Bean
		@ManagedService(startMethod = "dial")
		Connection withMethod() {
			return null;
		}

		@Bean
		@ManagedService
		Connection withoutMethod() {
			return null;
		}

		@Bean
		ServiceRegistration registration() {
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NullRegistrations {

		@Bean
		@Order(1)
		ServiceRegistration noName() {
			return new ServiceRegistration(null, new Plain());
		}

		@Bean
		@Order(2)
		ServiceRegistration noService() {
			return new ServiceRegistration("noService", (ServiceLifecycle) null).activation(null)
				.dependsOn((String) null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RetriedRegistrations {

		@Bean
		ServiceRegistration all() {
			return new ServiceRegistration("all", new Plain()).retry((retry) -> retry.maxRetries(7)
				.delay(Duration.ofMillis(1500))
				.multiplier(1.5)
				.maxDelay(Duration.ofMinutes(2))
				.excludes(IOException.class, IllegalStateException.class)
				.includes(ClassCastException.class));
		}

		@Bean
		ServiceRegistration once() {
			return new ServiceRegistration("once", new Plain()).retry((retry) -> retry.maxRetries(0));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameNames {

		@Bean
		@ManagedService(name = "db")
		Connection first() {
			return new Connection();
		}

		@Bean
		ServiceRegistration second() {
			return new ServiceRegistration("db", new Plain());
		}

		@Bean
		@Scope("prototype")
		@ManagedService(name = "db")
		Connection third() {
			return new Connection();
		}

	}

	static class UnannotatedSmartService implements SmartLifecycle, ServiceLifecycle {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SmartRegistration {

		@Bean
		ServiceRegistration registration() {
			return new ServiceRegistration("smart", new UnannotatedSmartService());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SmartRegistrationOfBean {

		@Bean
		static UnannotatedSmartService smartBean() {
			return new UnannotatedSmartService();
		}

		@Bean
		ServiceRegistration registration(UnannotatedSmartService smartBean) {
			return new ServiceRegistration("smart", smartBean);
		}

	}

	interface Hidden {

	}

	@ManagedService
	static class HiddenService implements Hidden {

	}

	@Lazy
	@Configuration(proxyBeanMethods = false)
	static class LazyInterfaces {

		@Bean
		Hidden named() {
			return new HiddenService();
		}

		@Bean
		Hidden injected(@Qualifier("nested") Hidden nested) {
			return new HiddenService();
		}

		@Bean
		Hidden nested() {
			return new HiddenService();
		}

		@Bean
		Hidden unused() {
			return new HiddenService();
		}

		@Bean
		ServiceLifecycle lifecycle() {
			return new UnnamedService();
		}

		@Bean
		@Scope("prototype")
		Hidden prototype() {
			return new HiddenService();
		}

		@Bean
		@ManagedService(dependsOn = "named")
		Connection user(@Qualifier("injected") Hidden injected) {
			return new Connection();
		}

		@Bean
		@ManagedService
		Connection last() {
			return new Connection();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedRegistration {

		@Bean
		@ManagedService
		ServiceRegistration registration() {
			return new ServiceRegistration("registration", new Plain());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedPrototypeRegistration {

		@Bean
		@ManagedService
		@Scope("prototype")
		ServiceRegistration registration() {
			return new ServiceRegistration("registration", new Plain());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnexcludedRegistration {

		@Bean
		ServiceRegistration injected(Database database) {
			return new ServiceRegistration("injected", new Plain());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ExcludingRegistration {

		@Bean
		ServiceRegistration excluding(Database database) {
			return new ServiceRegistration("excluding", new Plain()).excludeDependencies("database");
		}

	}

	@ManagedService
	@Component("smart")
	static class Smart extends PassiveSmart {

		@Override
		public boolean isAutoStartup() {
			return true;
		}

	}

	@ManagedService(name = "passiveSmart")
	static class PassiveSmart implements SmartLifecycle {

		int starts;

		private boolean running;

		@Override
		public boolean isAutoStartup() {
			return false;
		}

		@Override
		public void start() {
			this.starts++;
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	static class Connection {

		final List<String> calls = new ArrayList<>();

		void dial() {
			this.calls.add("dial");
		}

		void hangUp() throws IOException {
			throw new IOException("in use");
		}

		void withParameter(String parameter) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Methods {

		@Bean
		@ManagedService(startMethod = "dial", stopMethod = "hangUp")
		Connection connection() {
			return new Connection();
		}

		@Bean
		@ManagedService(startMethod = "run")
		Lifecycle startOnly() {
			return new RunnableLifecycle();
		}

	}

	static class RunnableLifecycle extends PassiveSmart implements Runnable {

		@Override
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MissingMethods {

		@Bean
		@ManagedService(startMethod = "conect", stopMethod = "withParameter")
		Connection connection() {
			return new Connection();
		}

	}

	@ManagedService(name = "missingDependency", dependsOn = "nowhere")
	static class MissingDependency {

	}

	@ManagedService(name = "contradiction", startMethod = "run")
	static class Contradiction implements ServiceLifecycle {

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxyFactoryMethod {

		@Bean
		ServiceLifecycle proxy() {
			ProxyFactory factory = new ProxyFactory(new UnnamedService());
			factory.setInterfaces(ServiceLifecycle.class);
			return (ServiceLifecycle) factory.getProxy();
		}

	}

	@ManagedService
	static class UnnamedService implements ServiceLifecycle {

	}

	@ManagedService(name = "retried", retry = @Retry(maxRetries = 5, delay = "200ms", maxDelay = "10s",
			excludes = IllegalStateException.class, includes = LinkageError.class))
	static class Retried {

	}

	@Configuration(proxyBeanMethods = false)
	static class Buffers {

		@Bean
		@ManagedService
		Object plain() {
			return new Object();
		}

		@Bean
		@ManagedService(eventBuffer = 5)
		Object annotated() {
			return new Object();
		}

		@Bean
		@ManagedService(eventBuffer = 5)
		Object configured() {
			return new Object();
		}

	}

	@ManagedService(name = "unreadable", retry = @Retry(delay = "soon"))
	static class Unreadable {

	}

}
