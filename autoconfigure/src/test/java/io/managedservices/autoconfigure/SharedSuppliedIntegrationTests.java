// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.Lifecycle;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceRegistration;
import io.managedservices.monitor.ServiceAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for suppliers that return what is another service already.
 */
class SharedSuppliedIntegrationTests {

	private final Plain plain = new Plain();

	@Test
	void startWhenSuppliedObjectIsBeanThatIsServiceIsRefused() {
		assertRefused(runner().withBean("a", Plain.class, () -> this.plain));
	}

	@Test
	void startWhenOtherSupplierReturnedTheObjectIsRefused() {
		Supplier<Lifecycle> supplier = () -> this.plain;
		assertRefused(runner().withBean("a", ServiceRegistration.class, () -> new ServiceRegistration("a", supplier)));
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));
	}

	private void assertRefused(ApplicationContextRunner runner) {
		Supplier<Lifecycle> supplier = () -> this.plain;
		runner.withBean("b", ServiceRegistration.class, () -> new ServiceRegistration("b", supplier).dependsOn("a"))
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(
						"Services 'a' and 'b' are one object, which would be started twice: the supplier of 'b' returned a %s that is 'a' already."
							.formatted(Plain.class.getName())));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void restartWhenSupplierReturnsWhateverItWantsIsOneServiceOnly(boolean same) {
		Supplier<Lifecycle> supplier = () -> same ? this.plain : new Plain();
		runner().withBean("a", ServiceRegistration.class, () -> new ServiceRegistration("a", supplier))
			.run((context) -> {
				ManagedServices services = context.getBean(ManagedServices.class);
				services.perform(ServiceAction.RESTART, "a").get();
				assertThat(services.isReady()).isTrue();
			});
	}

	/**
	 * Does nothing.
	 */
	@ManagedService(name = "a")
	static final class Plain implements Lifecycle {

		private volatile boolean running;

		@Override
		public void start() {
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

}
