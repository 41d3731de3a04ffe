// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.lifecycle.ManagedServicesLifecycle;
import io.managedservices.item.ItemScheduler;
import io.managedservices.state.ServiceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that injects something of services, and has them switched off.
 */
@SpringBootTest(webEnvironment = WebEnvironment.MOCK, properties = "managed-services.enabled=false")
class SwitchedOffIntegrationTests {

	@Autowired
	ApplicationContext context;

	@Autowired
	Using using;

	@MockitoBean
	Provided<Long> mocked;

	@Test
	void applicationStartsWithoutServices() {
		assertThat(this.context.getBeanNamesForType(ManagedServicesLifecycle.class)).isEmpty();
		assertThat(this.context.getBeanDefinitionNames()).filteredOn((name) -> name.startsWith("managedServices"))
			.containsExactlyInAnyOrder("managedServices", "managedServicesOff", "managedServicesUnavailableServices",
					"managedServicesUnavailableServiceAdvice", "managedServicesUnavailableServiceFilter");
	}

	@Test
	void whatIsInjectedSaysSoWhenItIsUsed() {
		assertOff(this.using.services::snapshots);
		assertOff(() -> this.using.services.snapshot("feed"));
		assertOff(this.using.services::isReady);
		assertOff(() -> this.using.services.limitMicroTasks(10));
		assertThat(this.using.services.start()).isCompletedExceptionally();
		assertThat(this.using.services.whenRunning("feed")).isCompletedExceptionally();
		assertOff(this.using.text::get);
		assertOff(this.using.qualified::get);
		assertThat(this.using.text.whenProvided()).isCompletedExceptionally();
		assertOff(this.using.values::iterator);
		assertOff(() -> this.using.items.schedule(1L));
		assertOff(this.using.items::stop);
		assertThat(this.using.texts).hasSize(1);
		assertThat(this.using.services).hasToString("ManagedServices (switched off)")
			.isEqualTo(this.context.getBean(ManagedServices.class));
	}

	@Test
	void whatIsInjectedCanBeMocked() {
		assertThat(this.using.mocked).isSameAs(this.mocked);
	}

	private static void assertOff(ThrowingCallable use) {
		assertThatExceptionOfType(ServiceException.class).isThrownBy(use)
			.withMessageStartingWith("Managed services are switched off: managed-services.enabled is false");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Using.class)
	static class Application {

		@Bean
		@ManagedService(provides = Iterable.class, injectable = true)
		ServiceLifecycle values() {
			return new ServiceLifecycle() {
			};
		}

		@Bean
		@ManagedService(provides = String.class)
		ServiceLifecycle feed() {
			return new ServiceLifecycle() {
			};
		}

	}

	static class Using {

		final ManagedServices services;

		final Provided<String> text;

		final List<Provided<String>> texts;

		final ItemScheduler<Long> items;

		@Autowired
		@Qualifier("feed")
		Provided<String> qualified;

		@Autowired
		Provided<Long> mocked;

		@Autowired
		@Qualifier("values")
		Iterable<?> values;

		Using(ManagedServices services, Provided<String> text, List<Provided<String>> texts,
				ItemScheduler<Long> items) {
			this.services = services;
			this.text = text;
			this.texts = texts;
			this.items = items;
			services.addListener((event) -> {
			});
		}

	}

}
