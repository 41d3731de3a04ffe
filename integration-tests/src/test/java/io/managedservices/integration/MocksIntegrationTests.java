// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemScheduler;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;

/**
 * What is injected of services can be mocked as every bean, and mocks can be stubbed
 * before the services start.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "managed-services.startup.mode=manual")
class MocksIntegrationTests {

	@MockitoBean
	Provided<String> text;

	@MockitoBean
	@Qualifier("numbers")
	Provided<Integer> number;

	@MockitoBean
	ItemScheduler<Long> scheduler;

	@MockitoBean
	Flags flags;

	@TestBean
	Provided<Double> factor;

	@Autowired
	Reader reader;

	@Autowired
	ManagedServices services;

	static Provided<Double> factor() {
		return new Provided<>() {

			@Override
			public Double get() {
				return 0.5;
			}

			@Override
			public Double await(Duration timeout) {
				return 0.5;
			}

			@Override
			public CompletableFuture<Double> whenProvided() {
				return CompletableFuture.completedFuture(0.5);
			}

		};
	}

	@AfterEach
	void stop() {
		this.services.stop().join();
	}

	@Test
	void mocksAreInjectedWhereverTheirTypeIs() {
		given(this.text.get()).willReturn("mocked");
		given(this.number.get()).willReturn(7);
		assertThat(this.reader.text.get()).isEqualTo("mocked");
		assertThat(this.reader.optionalText.orElseThrow().get()).isEqualTo("mocked");
		assertThat(this.reader.laterText.getObject().get()).isEqualTo("mocked");
		assertThat(this.reader.texts).extracting(Provided::get).containsExactly("mocked");
		assertThat(this.reader.number.get()).isEqualTo(7);
		assertThat(this.reader.factor.get()).isEqualTo(0.5);
		this.reader.scheduler.schedule(1L);
		then(this.scheduler).should().schedule(1L);
	}

	@Test
	void mocksCanBeStubbedBeforeServicesStart() {
		assertThat(this.services.snapshots()).isNotEmpty()
			.noneMatch((service) -> service.state() == ServiceState.RUNNING);
		given(this.text.get()).willReturn("stubbed");
		willAnswer((call) -> {
			call.<ServiceContext>getArgument(0).provide(42L);
			return null;
		}).given(this.flags).start(any());
		this.services.start().join();
		assertThat(this.reader.started).isEqualTo("stubbed");
		assertThat(this.reader.flag.get()).isEqualTo(42L);
		assertThat(this.services.snapshots()).allMatch((service) -> service.state() == ServiceState.RUNNING);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Texts.class, Numbers.class, OtherNumbers.class, Flags.class, Reminders.class, Reader.class })
	static class Application {

	}

	@ManagedService(name = "texts", provides = String.class)
	static class Texts implements ServiceLifecycle {

	}

	@ManagedService(name = "numbers", provides = Integer.class)
	static class Numbers implements ServiceLifecycle {

	}

	@ManagedService(name = "otherNumbers", provides = Integer.class)
	static class OtherNumbers implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.provide(3);
		}

	}

	@ManagedService(name = "flags", provides = Long.class)
	static class Flags implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			throw new IllegalStateException("Mocked in this test");
		}

	}

	@ManagedService(name = "reader", dependsOn = "flags")
	static class Reader implements ServiceLifecycle {

		final Provided<String> text;

		final Optional<Provided<String>> optionalText;

		final ObjectProvider<Provided<String>> laterText;

		final List<Provided<String>> texts;

		@Autowired
		@Qualifier("numbers")
		Provided<Integer> number;

		@Autowired
		@Qualifier("otherNumbers")
		Provided<Integer> otherNumber;

		@Autowired
		Provided<Double> factor;

		@Autowired
		Provided<Long> flag;

		@Autowired
		ItemScheduler<Long> scheduler;

		@Nullable String started;

		Reader(Provided<String> text, Optional<Provided<String>> optionalText,
				ObjectProvider<Provided<String>> laterText, List<Provided<String>> texts) {
			this.text = text;
			this.optionalText = optionalText;
			this.laterText = laterText;
			this.texts = texts;
		}

		@Override
		public void start(ServiceContext context) {
			this.started = this.text.get();
			assertThat(this.otherNumber.toString()).contains("otherNumbers");
		}

	}

	@ManagedService(name = "reminders")
	static class Reminders implements ItemService<Long> {

		@Override
		public Outcome process(Long id) {
			return Outcome.DONE;
		}

		@Override
		public Stream<DueItem<Long>> checkAll() {
			return Stream.empty();
		}

		@Override
		public @Nullable Instant checkOne(Long id) {
			return null;
		}

		@Override
		public Duration interval() {
			return Duration.ofMinutes(1);
		}

	}

}
