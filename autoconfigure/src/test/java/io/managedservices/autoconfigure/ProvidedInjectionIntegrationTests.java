// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.state.ServiceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

/**
 * Integration tests for {@link Provided} values that are injected.
 */
class ProvidedInjectionIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class))
		.withPropertyValues("managed-services.defaults.restart.delay=10ms");

	@Test
	void injectedWhenOneServiceProvidesTheTypeIsItsValue() {
		this.runner.withUserConfiguration(Feeds.class, News.class).run((context) -> {
			News news = context.getBean(News.class);
			assertThat(news.client.get().text()).isEqualTo("feed 1");
			assertThat(news.client.await(Duration.ZERO).text()).isEqualTo("feed 1");
			assertThat(news.client.whenProvided()).succeedsWithin(Duration.ofSeconds(10))
				.extracting(Client::text)
				.isEqualTo("feed 1");
			assertThat(news.client).hasToString("Provided<Client> of service 'feed'");
			assertThat(Objects.requireNonNull(news.field).get().text()).isEqualTo("feed 1");
			assertThat(news.optional.orElseThrow().get().text()).isEqualTo("feed 1");
			assertThat(news.later.getObject().get().text()).isEqualTo("feed 1");
		});
	}

	@Test
	void injectedWhenProviderFailsIsTheNewValueAfterwards() {
		this.runner.withUserConfiguration(Feeds.class, News.class).run((context) -> {
			News news = context.getBean(News.class);
			ManagedServices services = context.getBean(ManagedServices.class);
			services.perform(ServiceAction.STOP, "feed").join();
			assertThatExceptionOfType(ServiceException.class).isThrownBy(news.client::get)
				.withMessage(
						"Service 'feed' provides nothing while it does not run: it is STOPPED: stopped by the operator");
			assertThatExceptionOfType(ServiceException.class)
				.isThrownBy(() -> news.client.await(Duration.ofSeconds(10)))
				.withMessage("Service 'feed' does not run: it was stopped");
			services.perform(ServiceAction.START, "feed").join();
			assertThat(news.client.get().text()).isEqualTo("feed 2");
			services.fail("feed", new IllegalStateException("expected in this test")).join();
			Awaitility.await().until(() -> news.client.await(Duration.ofSeconds(10)).text().equals("feed 3"));
		});
	}

	@Test
	void injectedMakesNoDependency() {
		this.runner.withUserConfiguration(Feeds.class)
			.withBean(Reader.class)
			.run((context) -> assertThat(
					context.getBean(ManagedServices.class).snapshot("reader").service().dependencies())
				.isEmpty());
	}

	@Test
	void injectedWhenItIsTooEarlySaysSo() {
		this.runner.withUserConfiguration(Feeds.class)
			.withUserConfiguration(Early.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("The services are not known yet"));
	}

	@Test
	void injectedWhenQualifierNamesTheServiceIsItsValue() {
		this.runner.withUserConfiguration(Feeds.class, OtherFeed.class, Qualified.class).run((context) -> {
			Qualified qualified = context.getBean(Qualified.class);
			assertThat(qualified.first.get().text()).isEqualTo("feed 1");
			assertThat(qualified.second.get().text()).isEqualTo("other");
			assertThat(qualified.undeclared.get()).isEqualTo("undeclared");
		});
	}

	@Test
	void injectedWhenTwoProvideTheTypeFailsTheStartWithBoth() {
		this.runner.withUserConfiguration(Feeds.class, OtherFeed.class, News.class)
			.run((context) -> assertThat(problems(context.getStartupFailure())).contains(new GraphProblem(
					"Parameter 1 of the constructor of class News needs a service that provides a '%s', and 2 do: 'feed' (%s), 'otherFeed' (%s)."
						.formatted(Client.class.getName(), Client.class.getName(), Client.class.getName()),
					"Name one of them: @Qualifier(\"feed\").")));
	}

	@Test
	void injectedWhenNobodyProvidesTheTypeFailsTheStartWithTheOthers() {
		this.runner.withUserConfiguration(Feeds.class)
			.withBean(Counter.class)
			.run((context) -> assertThat(problems(context.getStartupFailure())).containsExactly(new GraphProblem(
					"Field 'count' of class Counter needs a service that provides a 'java.lang.Integer', and none is declared to. Others provide: 'feed' (%s)."
						.formatted(Client.class.getName()),
					"Declare it: @ManagedService(provides = Integer.class), or name the service with @Qualifier.")));
	}

	@Test
	void injectedWhenQualifierIsWrongFailsTheStart() {
		this.runner.withUserConfiguration(Feeds.class, WronglyQualified.class)
			.run((context) -> assertThat(problems(context.getStartupFailure())).containsExactlyInAnyOrder(
					new GraphProblem(
							"Field 'misspelt' of class WronglyQualified needs what service 'fead' provides (@Qualifier), and there is no service of that name.",
							"Correct the @Qualifier. Did you mean 'feed'?"),
					new GraphProblem(
							"Field 'mistyped' of class WronglyQualified needs what service 'feed' provides (@Qualifier) as a 'java.lang.Integer', and that is declared to be a '%s'."
								.formatted(Client.class.getName()),
							"Correct the type of the injection point, or provides of service 'feed'.")));
	}

	@Test
	void injectedWhenBeanIsLazyIsCheckedWhenItIsMade() {
		this.runner.withUserConfiguration(Feeds.class, LazyCounter.class)
			.run((context) -> assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> context.getBean(Counter.class))
				.havingRootCause()
				.withMessageContaining("needs a service that provides a 'java.lang.Integer'"));
	}

	@Test
	void injectedWhenFacadeIsTheUsersOwnWantsAQualifier() {
		this.runner.withBean(ManagedServices.class, () -> mock(ManagedServices.class))
			.withBean(Counter.class)
			.run((context) -> {
				Counter counter = context.getBean(Counter.class);
				assertThatIllegalStateException().isThrownBy(() -> Objects.requireNonNull(counter.count).get())
					.withMessage(
							"Field 'count' of class Counter: it is not known which service provides a 'java.lang.Integer'. Name the service with @Qualifier.");
			});
	}

	private static List<GraphProblem> problems(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidServiceGraphException)) {
			cause = cause.getCause();
		}
		return ((InvalidServiceGraphException) Objects.requireNonNull(cause, () -> "Expected problems: " + failure))
			.getProblems();
	}

	/**
	 * What a feed provides.
	 *
	 * @param text which one it is
	 */
	record Client(String text) {

	}

	@ManagedService(name = "feed", provides = Client.class)
	static class Feed implements ServiceLifecycle {

		private int starts;

		@Override
		public void start(ServiceContext context) {
			context.provide(new Client("feed " + ++this.starts));
		}

	}

	static class News {

		private final Provided<Client> client;

		private final Optional<Provided<Client>> optional;

		private final ObjectProvider<Provided<Client>> later;

		@Autowired
		@Nullable Provided<Client> field;

		News(Provided<Client> client, Optional<Provided<Client>> optional, ObjectProvider<Provided<Client>> later) {
			this.client = client;
			this.optional = optional;
			this.later = later;
		}

	}

	@ManagedService(name = "reader")
	static class Reader {

		Reader(Provided<Client> client) {
			assertThat(client).isNotNull();
		}

	}

	static class Counter {

		@Autowired
		@Nullable Provided<Integer> count;

	}

	static class WronglyQualified {

		@Autowired
		@Qualifier("fead")
		@Nullable Provided<Client> misspelt;

		@Autowired
		@Qualifier("feed")
		@Nullable Provided<Integer> mistyped;

	}

	static class Qualified {

		private final Provided<Client> first;

		private final Provided<Client> second;

		private final Provided<String> undeclared;

		Qualified(@Qualifier("feed") Provided<Client> first, @Qualifier("otherFeed") Provided<Client> second,
				@Qualifier("undeclared") Provided<String> undeclared) {
			this.first = first;
			this.second = second;
			this.undeclared = undeclared;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Feeds {

		@Bean
		Feed feed() {
			return new Feed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherFeed {

		@Bean
		ServiceRegistration otherFeedRegistration() {
			return new ServiceRegistration("otherFeed", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					context.provide(new Client("other"));
				}

			}).provides(Client.class);
		}

		@Bean
		ServiceRegistration undeclared() {
			return new ServiceRegistration("undeclared", new ServiceLifecycle() {

				@Override
				public void start(ServiceContext context) {
					context.provide("undeclared");
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Early {

		@Bean
		String used(Provided<Client> client) {
			return client.get().text();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyCounter {

		@Bean
		@Lazy
		Counter counter() {
			return new Counter();
		}

	}

}
