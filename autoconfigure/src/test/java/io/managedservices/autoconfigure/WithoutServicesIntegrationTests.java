// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Lazy;

import io.managedservices.ManagedServices;
import io.managedservices.Provided;
import io.managedservices.ServiceLookup;
import io.managedservices.ServiceRegistration;
import io.managedservices.ServiceRegistry;
import io.managedservices.internal.discovery.ServicePresence;
import io.managedservices.monitor.ServiceMonitor;
import io.managedservices.monitor.ServiceOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of an application that has no services.
 */
@ExtendWith(OutputCaptureExtension.class)
class WithoutServicesIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	@Test
	void facadeTellsThatThereAreNone() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.snapshots()).isEmpty();
			assertThat(services.isReady()).isTrue();
			assertThat(context.getBean(ServicePresence.class).isAny()).isFalse();
			assertThat(services.workload().tasksRunning()).isZero();
			assertThat(context.getBean(ServicePresence.class).isAny()).isTrue();
		});
	}

	@Test
	void facadeThatIsReplacedIsWarnedOf(CapturedOutput output) {
		this.runner.withBean("own", ManagedServices.class, () -> Mockito.mock(ManagedServices.class))
			.run((context) -> assertThat(output).containsOnlyOnce(
					"Bean 'own' replaces ManagedServices: the services of this application are not managed"));
	}

	@ParameterizedTest
	@ValueSource(classes = { ServiceLookup.class, ServiceMonitor.class, ServiceOperator.class, ServiceRegistry.class })
	void facadeOfWhichAPartIsReplacedIsWarnedOf(Class<?> part, CapturedOutput output) {
		this.runner.withInitializer((context) -> context.addBeanFactoryPostProcessor(replaced(part)))
			.run((context) -> assertThat(output).containsOnlyOnce(
					"Bean 'managedServices' replaces ManagedServices, and is a %s only: the services of this application are not managed. Replace or mock ManagedServices instead."
						.formatted(part.getSimpleName())));
	}

	// As Spring's test support replaces a bean by a mock.
	private static <T> BeanFactoryPostProcessor replaced(Class<T> type) {
		return (beanFactory) -> {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beanFactory;
			registry.removeBeanDefinition("managedServices");
			registry.registerBeanDefinition("managedServices", new RootBeanDefinition(type, () -> Mockito.mock(type)));
		};
	}

	@Test
	void whatIsRegisteredLaterIsNoService() {
		this.runner.run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.snapshots()).isEmpty();
			context.getBeanFactory()
				.registerSingleton("late", new ServiceRegistration("late", new Journal().service("late")));
			services.workload();
			assertThat(services.snapshots()).isEmpty();
		});
	}

	@Test
	void placeThatAsksForValueLaterIsRefused() {
		this.runner.withUserConfiguration(Asking.class)
			.run((context) -> assertThatExceptionOfType(BeansException.class)
				.isThrownBy(() -> context.getBean(Asking.class))
				.withStackTraceContaining("StringBuilder"));
	}

	@Lazy
	static class Asking {

		Asking(Provided<StringBuilder> value) {
			assertThat(value).isNotNull();
		}

	}

}
