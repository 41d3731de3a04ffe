// SPDX-License-Identifier: Apache-2.0
package io.managedservices.parity;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.monitor.LifecycleListener;
import io.managedservices.state.ServiceState;
import io.managedservices.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application of some services, in simulated time.
 */
final class SmallApplication {

	final List<String> journal = new CopyOnWriteArrayList<>();

	final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

	private ApplicationContextRunner runner = inAnyTime().withBean(SimulatedTime.class, SimulatedTime::startingNow)
		.withPropertyValues("managed-services.startup.mode=background");

	private ApplicationContextRunner inAnyTime() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ManagedServicesAutoConfiguration.class,
					ManagedServicesItemsAutoConfiguration.class))
			.withBean(LifecycleListener.class, () -> this.events::add)
			.withPropertyValues("managed-services.startup.on-failure=continue");
	}

	/**
	 * Has time pass by itself. To be called first.
	 * @return this
	 */
	SmallApplication inRealTime() {
		this.runner = inAnyTime();
		return this;
	}

	SmallApplication with(String... properties) {
		this.runner = this.runner.withPropertyValues(properties);
		return this;
	}

	SmallApplication with(Class<?> bean) {
		this.runner = this.runner.withUserConfiguration(bean);
		return this;
	}

	SmallApplication with(ServiceRegistration... registrations) {
		for (ServiceRegistration registration : registrations) {
			this.runner = this.runner.withBean(registration.getName(), ServiceRegistration.class, () -> registration);
		}
		return this;
	}

	/**
	 * Returns a service that notes its start and its stop.
	 * @param name its name
	 * @return the registration
	 */
	ServiceRegistration service(String name) {
		return service(name, (context) -> {
		});
	}

	ServiceRegistration service(String name, Start start) {
		return new ServiceRegistration(name, new Noted(name, start));
	}

	void run(Body body) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			Running running = new Running(context.getSourceApplicationContext(ConfigurableApplicationContext.class),
					context.getBean(ManagedServices.class),
					context.getBeanProvider(SimulatedTime.class).getIfAvailable(SimulatedTime::startingNow));
			running.settle();
			body.run(running);
		});
	}

	void refused(Consumer<String> message) {
		this.runner.run((context) -> {
			Throwable cause = context.getStartupFailure();
			assertThat(cause).isNotNull();
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			message.accept(cause.getMessage());
		});
	}

	private final class Noted implements ServiceLifecycle {

		private final String name;

		private final Start start;

		Noted(String name, Start start) {
			this.name = name;
			this.start = start;
		}

		@Override
		public void start(ServiceContext context) throws Exception {
			this.start.start(context);
			SmallApplication.this.journal.add("start " + this.name);
		}

		@Override
		public void stop(ServiceContext context) {
			SmallApplication.this.journal.add("stop " + this.name);
		}

	}

	/**
	 * What a service does at its start.
	 */
	@FunctionalInterface
	interface Start {

		void start(ServiceContext context) throws Exception;

	}

	/**
	 * What a test does with the running application.
	 */
	@FunctionalInterface
	interface Body {

		void run(Running application) throws Exception;

	}

	/**
	 * The application while it runs.
	 *
	 * @param context the context
	 * @param services its services
	 * @param time its time
	 */
	record Running(ConfigurableApplicationContext context, ManagedServices services, SimulatedTime time) {

		void settle() {
			this.time.advance(Duration.ZERO);
		}

		void advance(Duration duration) {
			this.time.advance(duration);
		}

		<T> T bean(Class<T> type) {
			return this.context.getBean(type);
		}

		ServiceState state(String name) {
			return this.services.snapshot(name).state();
		}

	}

}
