// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.state.ServiceException;
import io.managedservices.state.ServiceException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Integration tests for values of services that are injected by their interface.
 */
class InjectableValueIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class));

	@Test
	void injectedIsThePresentValueOrTellsWhyThereIsNone() {
		this.runner.withBean("carrier", Carrier.class).withBean(Shipping.class).run((context) -> {
			CarrierApi carrier = context.getBean(Shipping.class).carrier;
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(carrier.ship("book")).isEqualTo("book by 1");
			assertThat(carrier.twice("pen")).isEqualTo("pen by 1, pen by 1");
			services.stop("carrier").join();
			assertThatExceptionOfType(ServiceException.class).isThrownBy(() -> carrier.ship("book"))
				.withMessageContaining("'carrier'")
				.satisfies((failure) -> assertThat(failure.getKind()).isEqualTo(Kind.NOT_WANTED));
			assertThat(carrier).hasToString("CarrierApi of service 'carrier'").isEqualTo(carrier);
			services.start("carrier").join();
			assertThat(carrier.ship("book")).isEqualTo("book by 2");
			assertThat(services.snapshots()).singleElement()
				.satisfies((service) -> assertThat(service.name()).isEqualTo("carrier"));
		});
	}

	@Test
	void injectedWhenTheValueThrowsIsWhatItThrew() {
		this.runner.withBean("carrier", Carrier.class)
			.withBean(Shipping.class)
			.run((context) -> assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> context.getBean(Shipping.class).carrier.lose())
				.withMessage("lost"));
	}

	@Test
	void injectedWhenTheUserHasABeanOfThatTypeIsThatBean() {
		this.runner.withBean("carrier", Carrier.class)
			.withBean("own", CarrierApi.class, () -> new Truck(7))
			.withBean(Shipping.class)
			.run((context) -> assertThat(context.getBean(Shipping.class).carrier).isInstanceOf(Truck.class));
	}

	@Test
	void injectedWhenAnotherBeanHasTheNameOfTheValueIsStillTheValue() {
		this.runner.withBean("carrier", Carrier.class)
			.withBean("carrierValue", String.class, () -> "another")
			.withBean(Shipping.class)
			.run((context) -> {
				assertThat(context.getBean(Shipping.class).carrier.ship("book")).isEqualTo("book by 1");
				assertThat(context).getBean("carrierValue").isEqualTo("another");
			});
	}

	@Test
	void injectedWhenTheServiceWasRegisteredLater() {
		this.runner.run((context) -> {
			GenericApplicationContext later = (GenericApplicationContext) context.getSourceApplicationContext();
			later.registerBean("carrier", Carrier.class);
			context.getBean("carrier");
			context.getBean(ManagedServices.class).whenRunning("carrier").get(10, TimeUnit.SECONDS);
			later.registerBean(Shipping.class);
			assertThat(context.getBean(Shipping.class).carrier.ship("book")).isEqualTo("book by 1");
		});
	}

	@Test
	void injectedWhenSeveralProvideTheTypeIsNamedByItsQualifier() {
		this.runner.withBean("carrier", Carrier.class)
			.withBean("second", NamedCarrier.class)
			.withBean(Qualified.class)
			.run((context) -> assertThat(context.getBean(Qualified.class).carrier.ship("book")).isEqualTo("book by 9"));
	}

	@Test
	void injectableWhenProvidedTypeIsNoInterfaceIsRefused() {
		this.runner.withBean("truck", ClassCarrier.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidServiceGraphException.class)
				.hasMessageContainingAll("'truck' is injectable", "expected an interface", "Truck"));
		this.runner.withBean("none", NothingCarrier.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidServiceGraphException.class)
				.hasMessageContainingAll("'none' is injectable", "not declared to provide anything"));
	}

	/**
	 * What can be injected.
	 */
	interface CarrierApi {

		String ship(String parcel);

		default String twice(String parcel) {
			return ship(parcel) + ", " + ship(parcel);
		}

		void lose() throws IOException;

	}

	record Truck(int number) implements CarrierApi {

		@Override
		public String ship(String parcel) {
			return parcel + " by " + this.number;
		}

		@Override
		public void lose() throws IOException {
			throw new IOException("lost");
		}

	}

	record Shipping(CarrierApi carrier) {

	}

	static class Qualified {

		private final CarrierApi carrier;

		Qualified(@Qualifier("second-carrier") CarrierApi carrier) {
			this.carrier = carrier;
		}

	}

	@ManagedService(provides = CarrierApi.class, injectable = true)
	static class Carrier implements ServiceLifecycle {

		private int starts;

		@Override
		public void start(ServiceContext context) {
			this.starts++;
			context.provide(new Truck(this.starts));
		}

	}

	@ManagedService(name = "second-carrier", provides = CarrierApi.class, injectable = true)
	static class NamedCarrier implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			context.provide(new Truck(9));
		}

	}

	@ManagedService(provides = Truck.class, injectable = true)
	static class ClassCarrier implements ServiceLifecycle {

	}

	@ManagedService(injectable = true)
	static class NothingCarrier implements ServiceLifecycle {

	}

}
