// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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
	void contextWithoutTheAnnotationHasNoProxies() {
		this.runner.withBean(Plain.class).run((context) -> {
			assertThat(context).doesNotHaveBean("managedServicesDemandPostProcessor");
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
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
	static class Finder {

		ServiceState state(ManagedServices services, String name) {
			return services.snapshot(name).state();
		}

		@ServiceDemand(value = "index", timeout = "${index.timeout:10s}")
		ServiceState indexState(ManagedServices services) {
			return services.snapshot("index").state();
		}

		CompletableFuture<String> later(CompletableFuture<String> result) {
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

	static class Plain {

	}

	@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
	static class Search implements ServiceLifecycle {

	}

	@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
	static class Index implements ServiceLifecycle {

	}

}
