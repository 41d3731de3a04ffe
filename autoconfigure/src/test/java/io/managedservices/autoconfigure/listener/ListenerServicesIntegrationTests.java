// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.listener;

import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.listener.AbstractJmsListeningContainer;
import org.springframework.jms.listener.MessageListenerContainer;
import org.springframework.jms.support.QosSettings;
import org.springframework.jms.support.converter.MessageConverter;
import org.springframework.scheduling.annotation.Scheduled;

import io.managedservices.DependsOnService;
import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.listener.ListenerEndpoints;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Which listeners are services, under which names, and what is refused; with containers
 * that receive nothing.
 */
class ListenerServicesIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
				JmsListenerServicesAutoConfiguration.class))
		.withUserConfiguration(Listening.class);

	@Test
	void listenersWithoutAnnotationAreLeftToSpring() {
		this.runner.withBean(PlainListener.class).run((context) -> {
			assertThat(context.getBean(ManagedServices.class).snapshots()).extracting("name")
				.containsExactly("store", "audit");
			Container plain = container(context, "plain");
			assertThat(plain.isAutoStartup()).isTrue();
			assertThat(plain.isRunning()).isTrue();
		});
	}

	@Test
	void listenersWithoutServicesAreLeftToSpring() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
					JmsListenerServicesAutoConfiguration.class))
			.withUserConfiguration(Jms.class)
			.withBean(PlainListener.class)
			.run((context) -> {
				assertThat(container(context, "plain").isRunning()).isTrue();
				assertThat(context.getBean(ManagedServices.class).snapshots()).isEmpty();
			});
	}

	@Test
	void applicationWithoutListenersHasNothingForThem() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
					JmsListenerServicesAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(ListenerEndpoints.class));
	}

	@Test
	void listenersHaveTheNamesOfTheirIdsElseOfTheirMethods() {
		this.runner.withBean(PlainListener.class)
			.withBean(MethodListener.class)
			.withBean(ClassListener.class)
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				assertThat(services.snapshots()).extracting("name")
					.containsExactlyInAnyOrder("store", "audit", "votes", "methodListener.unnamed",
							"classListener.first", "second");
				assertThat(dependencies(context, "votes")).containsExactly("store");
				assertThat(dependencies(context, "classListener.first")).containsExactly("store");
				assertThat(dependencies(context, "second")).containsExactly("audit");
				assertThat(services.snapshots())
					.allSatisfy((each) -> assertThat(each.state()).isEqualTo(ServiceState.RUNNING));
				assertThat(container(context, "votes").isAutoStartup()).isFalse();
				services.perform(ServiceAction.STOP, "store").join();
				assertThat(container(context, "votes").isRunning()).isFalse();
				assertThat(container(context, "second").isRunning()).isTrue();
				assertThat(container(context, "plain").isRunning()).isTrue();
			});
	}

	@Test
	void propertyWinsOverAnnotationAndMakesServicesOfOtherListeners() {
		this.runner.withBean(PlainListener.class)
			.withBean(MethodListener.class)
			.withPropertyValues("managed-services.listeners.plain.depends-on=store,audit",
					"managed-services.listeners.VOTES.depends-on=audit")
			.run((context) -> {
				assertThat(dependencies(context, "plain")).containsExactly("store", "audit");
				assertThat(dependencies(context, "votes")).containsExactly("audit");
			});
	}

	@Test
	void unknownListenerIsRefused() {
		this.runner.withBean(MethodListener.class)
			.withPropertyValues("managed-services.listeners.vote.depends-on=store")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"managed-services.listeners.vote configures listener 'vote', and there is no message listener of that name.")
				.satisfies((failure) -> assertThat(actions(failure)).contains("Did you mean 'votes'?")));
	}

	@Test
	void listenerWithoutServicesToDependOnIsRefused() {
		this.runner.withBean(NoNames.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("The listener NoNames.vote with @DependsOnService names no service."));
	}

	@Test
	void annotationWithoutListenerIsRefused() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
			.withBean("store", PlainService.class)
			.withBean("recount", Recount.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"The bean 'recount' has @DependsOnService on its method 'recount', and there is no message listener.")
				.satisfies((failure) -> assertThat(actions(failure))
					.contains("A @Scheduled method waits for services as @Task")));
	}

	@Test
	void annotatedListenerThatIsNotEnabledIsLeftAlone() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
			.withBean("store", PlainService.class)
			.withBean(MethodListener.class)
			.withBean(ClassListener.class)
			.run((context) -> assertThat(context.getBean(ManagedServices.class).snapshots()).extracting("name")
				.containsExactly("store"));
	}

	@Test
	void listenerThatComesLateIsRefused() {
		this.runner.withUserConfiguration(LateListener.class)
			.run((context) -> assertThatThrownBy(() -> context.getBean("late"))
				.hasStackTraceContaining("The listener MethodListener.")
				.hasStackTraceContaining("was registered after the services were discovered"));
	}

	@Test
	void ownLifecycleProcessorIsRefused() {
		this.runner.withBean(MethodListener.class)
			.withBean("lifecycleProcessor", DefaultLifecycleProcessor.class, DefaultLifecycleProcessor::new)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Service 'votes' is a Lifecycle, and the bean 'lifecycleProcessor'"));
	}

	@Test
	void suppliedContainerIsStartedAndProvided() {
		this.runner.withUserConfiguration(Supplied.class)
			.withBean(PlainListener.class)
			.withPropertyValues("test.passive=plain")
			.withBean(OtherListener.class)
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				Container container = container(context, "plain");
				assertThat(container.isRunning()).isTrue();
				assertThat(services.provided("supplied", MessageListenerContainer.class)).isSameAs(container);
				assertThat(container(context, "other").isRunning()).isTrue();
				services.perform(ServiceAction.STOP, "store").join();
				assertThat(container.isRunning()).isFalse();
			});
	}

	@Test
	void suppliedContainerThatStartsItselfIsRefused() {
		this.runner.withUserConfiguration(Supplied.class)
			.withBean(PlainListener.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("that Spring starts, too: its isAutoStartup() returns true. Set autoStartup"));
	}

	@Test
	void missingContainerIsRefused() {
		this.runner.withUserConfiguration(Supplied.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("The supplier of service 'supplied' returned null"));
	}

	@Test
	void suppliedLifecycleOfServiceThatWasUnregisteredIsHeldByNothing() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			WeakReference<Object> held = register(services);
			services.unregister("late").get(10, TimeUnit.SECONDS);
			Awaitility.await().until(() -> {
				System.gc();
				return held.get() == null;
			});
		});
	}

	private static WeakReference<Object> register(ManagedServices services) throws Exception {
		Lifecycle lifecycle = new Container(false);
		services.register(new ServiceRegistration("late", () -> lifecycle)).get(10, TimeUnit.SECONDS);
		assertThat(lifecycle.isRunning()).isTrue();
		return new WeakReference<>(lifecycle);
	}

	@Test
	void listenersOfOneNameAreToldToHaveIds() {
		this.runner.withBean(TwoListeners.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessage(
						"Two listeners have the name 'twoListeners.vote': listener TwoListeners.vote with @DependsOnService and listener TwoListeners.vote with @DependsOnService.")
				.satisfies((failure) -> assertThat(actions(failure)).contains(
						"Give each of them an id, such as @KafkaListener(id = \"…\"): that is the name of the service.")));
	}

	private static String actions(Throwable failure) {
		return String.valueOf(((InvalidServiceGraphException) failure).getProblems());
	}

	private static Container container(AssertableApplicationContext context, String id) {
		return (Container) context.getBean(JmsListenerEndpointRegistry.class).getListenerContainer(id);
	}

	private static Iterable<String> dependencies(AssertableApplicationContext context, String service) {
		return context.getBean(ManagedServices.class)
			.snapshot(service)
			.service()
			.dependencies()
			.stream()
			.map(ServiceDependency::name)
			.toList();
	}

	static class PlainListener {

		@JmsListener(id = "plain", destination = "votes")
		void vote(String vote) {
		}

	}

	static class OtherListener {

		@JmsListener(id = "other", destination = "votes")
		void vote(String vote) {
		}

	}

	static class MethodListener {

		@JmsListener(id = "votes", destination = "votes")
		@DependsOnService("store")
		void vote(String vote) {
		}

		@JmsListener(destination = "others")
		@DependsOnService("${missing:audit}")
		void unnamed(String vote) {
		}

	}

	@DependsOnService("store")
	static class ClassListener {

		@JmsListener(destination = "votes")
		void first(String vote) {
		}

		@JmsListener(id = "second", destination = "votes")
		@DependsOnService("audit")
		void second(String vote) {
		}

	}

	static class TwoListeners {

		@JmsListener(destination = "votes")
		@JmsListener(destination = "others")
		@DependsOnService("store")
		void vote(String vote) {
		}

	}

	static class NoNames {

		@JmsListener(destination = "votes")
		@DependsOnService({})
		void vote(String vote) {
		}

	}

	@ManagedService
	static class PlainService {

	}

	static class Recount {

		@Scheduled(fixedRate = 1_000)
		@DependsOnService("store")
		void recount() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateListener {

		@Bean
		@Lazy
		Object late() {
			return new MethodListener();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Supplied {

		@Bean
		ServiceRegistration supplied(JmsListenerEndpointRegistry registry) {
			Supplier<@Nullable Lifecycle> supplier = () -> registry.getListenerContainer("plain");
			return new ServiceRegistration("supplied", supplier).dependsOn("store");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJms
	static class Jms {

		@Bean
		JmsListenerContainerFactory<Container> jmsListenerContainerFactory(@Value("${test.passive:}") String passive) {
			return (endpoint) -> new Container(!endpoint.getId().equals(passive));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jms.class)
	static class Listening {

		@Bean
		@ManagedService
		ServiceLifecycle store() {
			return new ServiceLifecycle() {
			};
		}

		@Bean
		@ManagedService
		ServiceLifecycle audit() {
			return new ServiceLifecycle() {
			};
		}

	}

	/** Receives nothing. */
	static class Container extends AbstractJmsListeningContainer implements MessageListenerContainer {

		Container(boolean autoStartup) {
			setAutoStartup(autoStartup);
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		protected boolean sharedConnectionEnabled() {
			return false;
		}

		@Override
		protected void doInitialize() {
		}

		@Override
		protected void doShutdown() {
		}

		@Override
		public void setupMessageListener(Object messageListener) {
		}

		@Override
		public @Nullable MessageConverter getMessageConverter() {
			return null;
		}

		@Override
		public @Nullable QosSettings getReplyQosSettings() {
			return null;
		}

		@Override
		public boolean isReplyPubSubDomain() {
			return false;
		}

	}

}
