// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceDemand;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.ServiceRegistry.Dependents;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.monitor.OperationRefusedException;
import io.managedservices.monitor.ServiceAction;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceKind;
import io.managedservices.state.ServiceState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for a context hierarchy whose contexts have services each, and share one
 * environment.
 */
@Timeout(120)
class ContextHierarchyIntegrationTests {

	private static final String[] OF_PARENT = { "managed-services.services.store.start-timeout=90s",
			"managed-services.services.STORE.retry.max-retries=2", "managed-services.items.letters.concurrency=2",
			"managed-services.startup.mode=background" };

	private final Deque<ConfigurableApplicationContext> contexts = new ArrayDeque<>();

	// A child that is closed leaves its parent open.
	@AfterEach
	void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void runWhenKeysAreThoseOfParentAcceptsThem() {
		try (ConfigurableApplicationContext child = run(OF_PARENT)) {
			running(child, "reader");
			assertThat(child.getBean(Reader.class).store).isSameAs(child.getParent().getBean(Store.class));
		}
	}

	@Test
	void runWhenKeyIsNobodysReportsIt() {
		Store.ready = new CountDownLatch(0);
		InvalidServiceGraphException failure = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> start("managed-services.services.stor.start-timeout=90s"));
		assertThat(failure).hasMessageContaining("'stor'");
	}

	@Test
	void serviceOfChildDependsOnServicesOfParentByNameAndByInjection() {
		try (ConfigurableApplicationContext child = run()) {
			ManagedServices services = child.getBean(ManagedServices.class);
			assertThat(dependencies(services, "reader")).containsExactly("store");
			assertThat(dependencies(services, "injected")).containsExactly("store");
			assertThat(dependencies(services, "through")).containsExactly("store");
			assertThat(dependencies(services, "follower")).isEmpty();
			assertThat(services.snapshots()).extracting(ServiceSnapshot::name)
				.contains("store")
				.doesNotContain("letters");
		}
	}

	@Test
	void serviceOfChildWaitsForServiceOfParent() {
		CountDownLatch ready = new CountDownLatch(1);
		Store.ready = ready;
		try (ConfigurableApplicationContext child = start("managed-services.startup.mode=background")) {
			ManagedServices services = child.getBean(ManagedServices.class);
			Awaitility.await().until(() -> services.snapshot("store").state() == ServiceState.STARTING);
			assertThat(services.snapshot("reader").state()).isEqualTo(ServiceState.WAITING);
			ready.countDown();
			running(child, "reader");
		}
		finally {
			ready.countDown();
		}
	}

	@Test
	void serviceOfChildStopsAndStartsAgainWithServiceOfParent() {
		try (ConfigurableApplicationContext child = run("managed-services.defaults.restart.delay=1ms")) {
			ManagedServices services = child.getBean(ManagedServices.class);
			ManagedServices parents = child.getParent().getBean(ManagedServices.class);
			running(child, "reader");
			parents.perform(ServiceAction.STOP, "store").join();
			Awaitility.await().until(() -> services.snapshot("reader").state() == ServiceState.WAITING);
			parents.perform(ServiceAction.START, "store").join();
			running(child, "reader");
			int starts = child.getBean(Reader.class).starts;
			parents.fail("store", new IllegalStateException("told to")).join();
			Awaitility.await().until(() -> child.getBean(Reader.class).starts > starts);
			running(child, "reader");
		}
	}

	@Test
	void serviceThatParentRegistersLaterIsOneThatChildMayDependOn() throws Exception {
		try (ConfigurableApplicationContext child = run()) {
			ManagedServices services = child.getBean(ManagedServices.class);
			ManagedServices parents = child.getParent().getBean(ManagedServices.class);
			ServiceRegistration page = new ServiceRegistration("page", new Plain()).dependsOn("cache");
			assertThat(services.register(page)).isCompletedExceptionally();
			parents.register(new ServiceRegistration("cache", new Plain())).get(10, TimeUnit.SECONDS);
			services.register(page).get(10, TimeUnit.SECONDS);
			assertThat(dependencies(services, "page")).containsExactly("cache");
			assertThat(services.snapshot("cache").state()).isEqualTo(ServiceState.RUNNING);
			assertThat(parents.snapshots()).extracting(ServiceSnapshot::name).doesNotContain("page");
			String refused = "Service 'cache' cannot be unregistered: expected that nothing depends on it, found '%s/page' of child contexts."
				.formatted(child.getId());
			assertThatExceptionOfType(OperationRefusedException.class).isThrownBy(() -> parents.planUnregister("cache"))
				.withMessageStartingWith(refused);
			assertThat(parents.unregister("cache")).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.havingRootCause()
				.withMessageStartingWith(refused);
			parents.unregister(Dependents.INCLUDE, "cache").get(10, TimeUnit.SECONDS);
			Awaitility.await().until(() -> services.snapshot("page").state() == ServiceState.WAITING);
			parents.register(new ServiceRegistration("cache", new Plain())).get(10, TimeUnit.SECONDS);
			running(child, "page");
		}
	}

	@Test
	void serviceOfParentIsOneThatServicesInsideSeveralServicesMayDependOn() throws Exception {
		try (ConfigurableApplicationContext child = run()) {
			ManagedServices services = child.getBean(ManagedServices.class);
			child.getParent()
				.getBean(ManagedServices.class)
				.register(new ServiceRegistration("cache", new Plain()))
				.get(10, TimeUnit.SECONDS);
			services.register(new ServiceRegistration("first", new Owner())).get(10, TimeUnit.SECONDS);
			services.register(new ServiceRegistration("second", new Owner())).get(10, TimeUnit.SECONDS);
			services.register(new ServiceRegistration("page", new Plain()).dependsOn("cache"))
				.get(10, TimeUnit.SECONDS);
			assertThat(dependencies(services, "part-of-first")).containsExactly("cache", "first");
			assertThat(services.snapshot("cache").service().kind()).isEqualTo(ServiceKind.PARENT_SERVICE);
			services.perform(ServiceAction.RESTART, "first").get(10, TimeUnit.SECONDS);
			services.unregister("second", "page").get(10, TimeUnit.SECONDS);
			assertThat(services.snapshots()).extracting(ServiceSnapshot::name)
				.contains("part-of-first", "cache")
				.doesNotContain("part-of-second", "page");
			assertThat(services.snapshot("cache").state()).isEqualTo(ServiceState.RUNNING);
		}
	}

	@Test
	void servicesOfChildAreSeenFromParentByTheIdOfTheChildUntilItIsClosed() {
		ConfigurableApplicationContext parent;
		try (ConfigurableApplicationContext child = run()) {
			parent = (ConfigurableApplicationContext) child.getParent();
			ManagedServices parents = parent.getBean(ManagedServices.class);
			assertThat(parents.children()).containsOnlyKeys(child.getId());
			assertThat(parents.children().get(child.getId()).snapshots()).extracting(ServiceSnapshot::name)
				.contains("reader", "store");
			assertThat(child.getBean(ManagedServices.class).children()).isEmpty();
			parent = (ConfigurableApplicationContext) child.getParent();
		}
		assertThat(parent.getBean(ManagedServices.class).children()).isEmpty();
	}

	@Test
	void serviceOfParentOnDemandRunsWhileServiceOfChildDependsOnIt() {
		ManagedServices parents;
		try (ConfigurableApplicationContext child = run()) {
			parents = child.getParent().getBean(ManagedServices.class);
			running(child, "borrower");
			assertThat(parents.snapshot("spare").state()).isEqualTo(ServiceState.RUNNING);
		}
		Awaitility.await().until(() -> parents.snapshot("spare").state() == ServiceState.STOPPED);
	}

	@Test
	void serviceOfParentOnDemandStopsWhenNoServiceOfChildNeedsItAnyMore() throws Exception {
		try (ConfigurableApplicationContext child = run()) {
			ManagedServices parents = child.getParent().getBean(ManagedServices.class);
			running(child, "borrower");
			child.getBean(ManagedServices.class).stop("borrower").get(10, TimeUnit.SECONDS);
			Awaitility.await().until(() -> parents.snapshot("spare").state() == ServiceState.STOPPED);
		}
	}

	@Test
	void serviceOfChildSaysThatServiceOfParentIsDisabled() {
		try (ConfigurableApplicationContext child = run("managed-services.services.spare.activation=disabled",
				"managed-services.startup.mode=background")) {
			ManagedServices services = child.getBean(ManagedServices.class);
			Awaitility.await().until(() -> services.snapshot("spare").state() == ServiceState.STARTING);
			Awaitility.await()
				.until(() -> services.snapshot("spare").reason(),
						"waiting for service 'spare' of the parent context, which is STOPPED (disabled)"::equals);
		}
	}

	@Test
	void callInChildDemandsServiceOfParent() {
		try (ConfigurableApplicationContext child = run()) {
			ManagedServices parents = child.getParent().getBean(ManagedServices.class);
			assertThat(parents.snapshot("archive").state()).isEqualTo(ServiceState.STOPPED);
			assertThat(child.getBean(Archivist.class).state(parents)).isEqualTo(ServiceState.RUNNING);
			Awaitility.await().until(() -> parents.snapshot("archive").state() == ServiceState.STOPPED);
		}
	}

	private static List<String> dependencies(ManagedServices services, String name) {
		return services.snapshot(name).service().dependencies().stream().map(ServiceDependency::name).toList();
	}

	private static void running(ConfigurableApplicationContext context, String name) {
		ManagedServices services = context.getBean(ManagedServices.class);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> services.snapshot(name).state() == ServiceState.RUNNING);
	}

	private ConfigurableApplicationContext run(String... properties) {
		Store.ready = new CountDownLatch(0);
		return start(properties);
	}

	private ConfigurableApplicationContext start(String... properties) {
		String[] arguments = Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new);
		return new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE)
			.initializers(this.contexts::addFirst)
			.child(Child.class)
			.web(WebApplicationType.NONE)
			.run(arguments);
	}

	static class Store implements ServiceLifecycle {

		static volatile CountDownLatch ready = new CountDownLatch(0);

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			ready.await();
		}

	}

	static class Letters implements ItemService<String> {

		@Override
		public Outcome process(String id) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Stream<DueItem<String>> checkAll() {
			return Stream.empty();
		}

		@Override
		public Instant checkOne(String id) {
			return Instant.EPOCH;
		}

		@Override
		public Duration interval() {
			return Duration.ofHours(1);
		}

	}

	record Unmanaged(Store store) {

	}

	static class Archivist {

		@ServiceDemand("archive")
		ServiceState state(ManagedServices services) {
			return services.snapshot("archive").state();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
			ManagedServicesItemsAutoConfiguration.class })
	static class Parent {

		@Bean
		@ManagedService
		Store store() {
			return new Store();
		}

		@Bean
		@ManagedService
		Letters letters() {
			return new Letters();
		}

		@Bean
		@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
		Plain spare() {
			return new Plain();
		}

		@Bean
		@ManagedService(activation = Activation.ON_DEMAND, idleTimeout = "0s")
		Plain archive() {
			return new Plain();
		}

		@Bean
		Unmanaged unmanaged(Store store) {
			return new Unmanaged(store);
		}

	}

	static class Reader implements ServiceLifecycle {

		volatile Store store;

		volatile int starts;

		@Override
		public void start(ServiceContext context) {
			this.starts++;
			this.store = context.dependency("store", Store.class);
		}

	}

	static class Plain implements ServiceLifecycle {

	}

	static class Owner implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) throws InterruptedException {
			context.services()
				.startBefore(new ServiceRegistration("part-of-" + context.name(), new Plain()).dependsOn("cache"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LifecycleAutoConfiguration.class, ManagedServicesAutoConfiguration.class,
			ManagedServicesItemsAutoConfiguration.class })
	static class Child {

		@Bean
		@ManagedService(dependsOn = "store")
		Reader reader() {
			return new Reader();
		}

		@Bean
		@ManagedService
		Plain injected(Store store) {
			return new Plain();
		}

		@Bean
		@ManagedService
		Plain through(Unmanaged unmanaged) {
			return new Plain();
		}

		@Bean
		@ManagedService(dependsOn = "spare")
		Plain borrower() {
			return new Plain();
		}

		@Bean
		Archivist archivist() {
			return new Archivist();
		}

		@Bean
		@ManagedService(after = "store")
		Plain follower() {
			return new Plain();
		}

	}

}
