// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceDemand;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Integration tests for calls that need services on demand.
 */
class ServiceDemandIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withBean("search", Search.class);

	@Test
	void callRunsTheServicesOfItsClassOrMethodAndLetsThemStopAfterwards() {
		this.runner.withBean("index", Index.class).withBean(Finder.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			Finder finder = context.getBean(Finder.class);
			assertThat(finder.state(services, "search")).isEqualTo(ServiceState.RUNNING);
			awaitStopped(services, "search");
			assertThat(finder.indexState(services)).isEqualTo(ServiceState.RUNNING);
			awaitStopped(services, "index");
			assertThat(services.snapshot("search").state()).isEqualTo(ServiceState.STOPPED);
		});
	}

	@Test
	void callWhenItReturnsAStageKeepsTheServiceUntilThatIsCompleted() {
		this.runner.withBean("index", Index.class).withBean(Finder.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			CompletableFuture<String> result = new CompletableFuture<>();
			assertThat(context.getBean(Finder.class).later(result)).isSameAs(result);
			assertThat(services.snapshot("search").state()).isEqualTo(ServiceState.RUNNING);
			result.complete("found");
			awaitStopped(services, "search");
		});
	}

	@Test
	void callWhenServiceIsNotToRunThrowsWhatIsAnsweredWith503() {
		this.runner.withBean("index", Index.class).withBean(Finder.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			services.stop("search").join();
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> context.getBean(Finder.class).state(services, "search"))
				.satisfies((failure) -> assertThat(failure.getKind()).isEqualTo(Kind.NOT_WANTED));
		});
	}

	@Test
	void beanWithoutTheAnnotationHasNoProxy() {
		this.runner.withBean("index", Index.class)
			.withBean(Finder.class)
			.withBean(Plain.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse());
	}

	@Test
	void callWhenClassIsAnnotatedAndMethodIsNotPublicOrOfObjectDemandsNothing() {
		this.runner.withBean("index", Index.class).withBean(Finder.class).run((context) -> {
			Finder finder = context.getBean(Finder.class);
			assertThat(finder.inside()).isEqualTo(ServiceState.STOPPED);
			assertThat(finder).hasToString("while STOPPED");
		});
	}

	@Test
	void callWhenSubclassesInheritTheMethodDemandsTheServicesOfItsClass() {
		this.runner.withBean("index", Index.class).withBean(OfSearch.class).withBean(OfIndex.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(context.getBean(OfSearch.class).states(services)).isEqualTo("RUNNING STOPPED");
			awaitStopped(services, "search");
			assertThat(context.getBean(OfIndex.class).states(services)).isEqualTo("STOPPED RUNNING");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { OfInterface.class, OfMetaAnnotation.class, Hidden.class, HiddenLambda.class })
	void callWhenTheAnnotationIsOfAnInterfaceOrMetaOrHiddenByTheFactoryMethodDemands(Class<?> configuration) {
		this.runner.withBean("index", Index.class)
			.withUserConfiguration(configuration)
			.run((context) -> assertThat(context.getBean(States.class).states(context.getBean(ManagedServices.class)))
				.isEqualTo("RUNNING STOPPED"));
	}

	@Test
	void callWhenTheBeanIsRegisteredAfterTheRefreshDemands() {
		this.runner.withBean("index", Index.class).run((context) -> {
			((GenericApplicationContext) context.getSourceApplicationContext()).registerBean(OfSearch.class);
			assertThat(context.getBean(OfSearch.class).states(context.getBean(ManagedServices.class)))
				.isEqualTo("RUNNING STOPPED");
		});
	}

	@Test
	void callWhenServicesAreMockedDemandsNothing() {
		ManagedServices mock = mock();
		this.runner.withBean(ManagedServices.class, () -> mock).withBean(OfMock.class).run((context) -> {
			assertThat(context.getBean(OfMock.class).called()).isTrue();
			verify(mock).demand("search");
		});
	}

	@Test
	void startWhenMethodReturnsBeforeItsWorkIsDoneIsRefused() {
		this.runner.withBean(Deferring.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"@ServiceDemand on deferred of %s would end before the work does, because the method returns a Callable: let it return a CompletionStage, or demand the services where the work is done (ManagedServices.demand)."
							.formatted(Deferring.class.getName()))
				.satisfies((failure) -> assertThat(((InvalidServiceGraphException) failure).getProblems()).hasSize(1)));
	}

	@Test
	void startWhenNoProxySeesTheCallsOfMethodsIsRefused() {
		this.runner.withBean(Unseen.class)
			.run((context) -> assertThat(((InvalidServiceGraphException) context.getStartupFailure()).getProblems())
				.extracting(GraphProblem::description)
				.anyMatch((problem) -> problem.contains("hidden of") && problem.contains("a method that is private"))
				.anyMatch((problem) -> problem.contains("shared of") && problem.contains("a method that is static"))
				.anyMatch((problem) -> problem.contains("fixed of") && problem.contains("a method that is final"))
				.hasSize(3));
	}

	@Test
	void callWhenMethodReturnsBeforeItsWorkIsDoneIsRefusedForABeanThatIsMadeLater() {
		this.runner.run((context) -> {
			((GenericApplicationContext) context.getSourceApplicationContext()).registerBean(Deferring.class);
			assertThatIllegalStateException().isThrownBy(context.getBean(Deferring.class)::deferred)
				.withMessageContaining("would end before the work does");
		});
	}

	@Test
	void startWhenDemandIsWrongSaysWhatToDo() {
		this.runner.withBean(Misspelt.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"Misspelt demands the service 'serach' (@ServiceDemand), and there is no service of that name.")
				.satisfies((failure) -> assertThat(((InvalidServiceGraphException) failure).getProblems())
					.extracting(GraphProblem::action)
					.anyMatch((action) -> action.contains("Did you mean 'search'?")))
				.hasMessageContaining(
						"@ServiceDemand on soon of %s has an invalid timeout: expected a duration such as '10s', found 'soon'."
							.formatted(Misspelt.class.getName()))
				.hasMessageContaining("@ServiceDemand on none of %s names no service: expected at least one."
					.formatted(Misspelt.class.getName())));
	}

	private static void awaitStopped(ManagedServices services, String name) {
		Awaitility.await().until(() -> services.snapshot(name).state() == ServiceState.STOPPED);
	}

	@ServiceDemand("search")
	public static class Finder {

		private final ManagedServices services;

		Finder(ManagedServices services) {
			this.services = services;
		}

		ServiceState inside() {
			return this.services.snapshot("search").state();
		}

		@Override
		public String toString() {
			return "while " + this.services.snapshot("search").state();
		}

		public ServiceState state(ManagedServices services, String name) {
			return services.snapshot(name).state();
		}

		@ServiceDemand(value = "index", timeout = "${index.timeout:10s}")
		ServiceState indexState(ManagedServices services) {
			return services.snapshot("index").state();
		}

		public CompletableFuture<String> later(CompletableFuture<String> result) {
			return result;
		}

	}

	@ServiceDemand("search")
	static class Misspelt {

		void fine() {
		}

		@ServiceDemand("serach")
		void one() {
		}

		@ServiceDemand("serach")
		void two() {
		}

		@ServiceDemand(value = "search", timeout = "soon")
		void soon() {
		}

		@ServiceDemand({})
		void none() {
		}

	}

	interface States {

		String states(ManagedServices services);

		static String of(ManagedServices services) {
			return services.snapshot("search").state() + " " + services.snapshot("index").state();
		}

	}

	static class Inherited implements States {

		@Override
		public String states(ManagedServices services) {
			return States.of(services);
		}

	}

	@ServiceDemand("search")
	static class OfSearch extends Inherited {

	}

	@ServiceDemand("index")
	static class OfIndex extends Inherited {

	}

	interface Annotated extends States {

		@Override
		@ServiceDemand("search")
		String states(ManagedServices services);

	}

	static class OfInterface implements Annotated {

		@Override
		public String states(ManagedServices services) {
			return States.of(services);
		}

	}

	@ServiceDemand("search")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Searching {

	}

	static class OfMetaAnnotation implements States {

		@Override
		@Searching
		public String states(ManagedServices services) {
			return States.of(services);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		States hidden() {
			return new OfSearch();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenLambda {

		@Bean
		States hidden() {
			Annotated lambda = States::of;
			return lambda;
		}

	}

	static class OfMock {

		@ServiceDemand("search")
		boolean called() {
			return true;
		}

	}

	/** Has methods that a proxy cannot have. */
	static class Unseen {

		@ServiceDemand("search")
		private void hidden() {
		}

		@ServiceDemand("search")
		static void shared() {
		}

		@ServiceDemand("search")
		final void fixed() {
		}

	}

	static class Deferring {

		@ServiceDemand("search")
		Callable<String> deferred() {
			return () -> "found";
		}

	}

	static class Plain {

	}

	@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
	static class Search implements ServiceLifecycle {

	}

	@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
	static class Index implements ServiceLifecycle {

	}

}
