// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.bean;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Function;
import java.util.stream.Stream;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import kotlin.Unit;
import kotlinx.coroutines.CompletableDeferred;
import kotlinx.coroutines.CompletableDeferredKt;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.Job;
import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.discovery.ServiceDiscovery;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.item.DueItem;
import io.managedservices.item.ItemService;
import io.managedservices.item.Outcome;
import io.managedservices.work.Worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link BeanCallbacks}: what Spring can put between the caller and the methods
 * that start and stop a service, and what these may return.
 */
@Timeout(60)
class BeanCallbacksIntegrationTests {

	private static final Function<Object, Object> CLASS_PROXY = (bean) -> proxy(bean, true);

	private static final Function<Object, Object> INTERFACE_PROXY = (bean) -> proxy(bean, false);

	private final ServiceContext context = mock(ServiceContext.class);

	@Test
	void discoverWhenClassProxyCannotPassLifecycleMethodOnReportsIt() {
		assertThat(problems(CLASS_PROXY, FinalService.class)).containsExactly(
				"Service 'finalService' has a final method 'start' as lifecycle method, and its bean has a proxy that cannot pass the call on: expected one that is not final (@ManagedService on class FinalService). / Make FinalService.start not final.");
		assertThat(problems(CLASS_PROXY, FinalRegistration.class)).singleElement()
			.asString()
			.startsWith("Service 'registered' has a final method 'start' as lifecycle method");
		assertThat(problems(CLASS_PROXY, FinalLifecycle.class)).singleElement()
			.asString()
			.startsWith("Service 'finalLifecycle' has a final method 'stop' as lifecycle method");
		assertThat(problems(CLASS_PROXY, FinalMethods.class)).containsExactly(
				"Service 'connection' has a final method 'connect' as lifecycle method, and its bean has a proxy that cannot pass the call on: expected one that is not final (@ManagedService on method FinalMethods.connection). / Make FinalConnection.connect not final.",
				"Service 'connection' has a method 'disconnect' as lifecycle method that cannot be called: the proxy of the bean does not have it (@ManagedService on method FinalMethods.connection). / Make FinalConnection.disconnect public and, if the proxy has interfaces only, a method of one of them.");
		assertThat(discover(FinalService.class, FinalLifecycle.class, FinalMethods.class).size()).isEqualTo(3);
	}

	@Test
	void discoverWhenProxyCannotPassItemMethodOnReportsIt() {
		assertThat(problems(CLASS_PROXY, FinalItems.class)).singleElement()
			.asString()
			.startsWith("Service 'finalItems' has a final method 'process' as lifecycle method");
		assertThat(problems((bean) -> hidden(bean, Runnable.class), FinalItems.class)).singleElement()
			.asString()
			.startsWith("Service 'finalItems' has a proxy that is no ItemService");
	}

	@Test
	void discoverWhenClassProxyIsBehindInterfaceProxyReportsIt() {
		assertThat(problems((bean) -> proxy(proxy(bean, true), false), FinalService.class)).hasSize(1);
	}

	@Test
	void discoverWhenMethodIsStaticReportsIt() {
		assertThat(problems(StaticMethods.class)).containsExactly(
				"Service 'connection' has a static method 'connect' as lifecycle method: expected one of the bean (@ManagedService on method StaticMethods.connection). / Make StaticConnection.connect not static.");
	}

	@Test
	void discoverWhenInterfaceProxyHidesLifecycleReportsIt() {
		assertThat(problems((bean) -> hidden(bean, Runnable.class), HiddenService.class)).containsExactly(
				"Service 'hiddenService' has a proxy that is no ServiceLifecycle, although class '%s' is one: nobody could call it (@ManagedService on class HiddenService). / Let the proxy of service 'hiddenService' have the interface ServiceLifecycle."
					.formatted(HiddenService.class.getName()));
		assertThat(problems((bean) -> hidden(bean, Runnable.class), HiddenLifecycle.class)).singleElement()
			.asString()
			.startsWith("Service 'hiddenLifecycle' has a proxy that is no Lifecycle");
		assertThat(problems((bean) -> hidden(bean, Runnable.class), StartMethodOfClass.class)).singleElement()
			.asString()
			.contains("has a method 'connect' as lifecycle method that cannot be called");
	}

	@Test
	void callbackWhenBeanHasProxyGoesThroughIt() throws Exception {
		ServiceCallbacks callbacks = callbacks(discover(INTERFACE_PROXY, RunningLifecycle.class), "runningLifecycle");
		callbacks.start().call(this.context);
		assertThat(RunningLifecycle.calls).containsExactly("proxy start", "start");
	}

	@Test
	void discoverWhenLifecycleMethodIsAsyncReportsIt() {
		String reason = " that is @Async, for which nothing waits: expected one that runs on the thread that calls it (";
		String way = " it is called on a thread of its own. Or let it return a Future, which is waited for.";
		assertThat(problems(AsyncService.class, Asynchronous.class))
			.containsExactly("Service 'asyncService' has a method 'start' as lifecycle method" + reason
					+ "@ManagedService on class AsyncService). / Remove @Async from AsyncService.start:" + way);
		assertThat(problems(AsyncLifecycle.class, Asynchronous.class)).singleElement()
			.asString()
			.contains("'start' as lifecycle method" + reason);
		assertThat(problems(AsyncMethods.class, Asynchronous.class)).singleElement()
			.asString()
			.contains("'connect' as lifecycle method" + reason);
	}

	@Test
	void callbackWhenAsyncMethodReturnsFutureWaitsForIt() {
		try (AnnotationConfigApplicationContext running = new AnnotationConfigApplicationContext(AsyncFutures.class,
				Asynchronous.class)) {
			ServiceCallbacks callbacks = callbacks(discover(running), "connection");
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> callbacks.start().call(this.context))
				.withMessage("refused");
		}
	}

	@Test
	void callbackWaitsForWhateverIsReturned() throws Exception {
		for (String method : List.of("future", "stage", "foreignStage", "nested", "mono", "flux", "publisher", "object",
				"optional", "deferred")) {
			Returning bean = new Returning();
			ServiceCallbacks.Callback start = startMethod(bean, method);
			CompletableFuture<Void> returned = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					start.call(this.context);
					returned.complete(null);
				}
				catch (Throwable ex) {
					returned.completeExceptionally(ex);
				}
			});
			caller.start();
			while (caller.getState() != Thread.State.WAITING) {
				assertThat(returned).as(method).isNotDone();
				Thread.onSpinWait();
			}
			bean.complete();
			returned.get();
			caller.join();
		}
	}

	@Test
	void methodWhoseWorkNobodyWouldWaitForIsRefused() {
		String expected = ": expected one that does the work itself, or returns one Future, CompletionStage or reactive type";
		assertThat(problems(UncalledMethod.class)).singleElement(InstanceOfAssertFactories.STRING)
			.contains("'start' as lifecycle method that returns a Callable, which nobody calls" + expected)
			.contains("Let UncalledMethod.start do the work, or return what completes when all of it is done");
		assertThat(problems(ManyFutures.class)).singleElement(InstanceOfAssertFactories.STRING)
			.contains("that returns a List of CompletableFuture, which nobody waits for" + expected);
		assertThat(problems(ManyMonos.class)).singleElement(InstanceOfAssertFactories.STRING)
			.contains("that returns a Map of Mono, which nobody waits for" + expected);
		assertThat(callbacks(discover(FluentCallable.class), "service").start()).isNotNull();
	}

	@Test
	void callbackWhenWhatIsReturnedFailsThrowsThat() throws Exception {
		for (String method : List.of("future", "stage", "foreignStage", "nested", "mono", "flux", "publisher", "object",
				"optional", "deferred")) {
			Returning bean = new Returning();
			bean.fail();
			assertThatExceptionOfType(IOException.class).as(method)
				.isThrownBy(() -> startMethod(bean, method).call(this.context))
				.withMessage("refused");
		}
	}

	@Test
	void callbackWhenInterruptedCancelsWhatIsReturned() {
		for (String method : List.of("future", "stage", "mono", "flux", "optional", "deferred")) {
			Returning bean = new Returning();
			ServiceCallbacks.Callback start = startMethod(bean, method);
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class).as(method).isThrownBy(() -> start.call(this.context));
			assertThat(bean.isCancelled()).as(method).isTrue();
		}
	}

	@Test
	void callbackWhenSmartLifecycleStopsWaitsForItsCallbackAndThatItDoesNotRun() throws Exception {
		SlowLifecycle slow = new SlowLifecycle();
		ServiceCallbacks callbacks = new LifecycleBean(slow).callbacks();
		callbacks.start().call(this.context);
		CompletableFuture<Void> stopped = async(callbacks.stop());
		slow.awaitStop();
		assertThat(stopped).isNotDone();
		slow.callback.run();
		assertThat(stopped).isNotDone();
		slow.running = false;
		stopped.get();
		assertThat(slow.stops).isEqualTo(1);
	}

	@Test
	void callbackWhenStopIsGivenUpAsksOnceAndStartWaitsForIt() throws Exception {
		SlowLifecycle slow = new SlowLifecycle();
		ServiceCallbacks callbacks = new LifecycleBean(slow).callbacks();
		callbacks.start().call(this.context);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> callbacks.stop().call(this.context));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> callbacks.stop().call(this.context));
		assertThat(slow.stops).isEqualTo(1);
		CompletableFuture<Void> started = async(callbacks.start());
		assertThat(started).isNotDone();
		slow.running = false;
		slow.callback.run();
		started.get();
		assertThat(slow.starts).isEqualTo(2);
	}

	@Test
	void checkWhenLifecycleHasStoppedByItselfFails() throws Exception {
		SlowLifecycle slow = new SlowLifecycle();
		ServiceCallbacks callbacks = new LifecycleBean(slow).callbacks();
		callbacks.start().call(this.context);
		callbacks.checkReady().call();
		callbacks.checkHealth().call();
		slow.running = false;
		assertThatIllegalStateException().isThrownBy(callbacks.checkReady()::call)
			.withMessage("It has stopped by itself: isRunning() of %s returns false"
				.formatted(SlowLifecycle.class.getName()));
		assertThatIllegalStateException().isThrownBy(callbacks.checkHealth()::call);
	}

	@Test
	void discoverWhenLifecycleNamesItsOwnMethodsOrOneOfThemDrivesItAsLifecycle() throws Exception {
		ServiceGraph graph = discover(NamedLifecycles.class);
		for (String name : List.of("both", "startOnly", "stopOnly")) {
			ServiceCallbacks callbacks = callbacks(graph, name);
			SlowLifecycle slow = (SlowLifecycle) graph.definition(graph.indexOf(name)).instance();
			slow.immediate = true;
			callbacks.start().call(this.context);
			assertThat(slow.running).as(name).isTrue();
			assertThat(callbacks.checkHealth()).as(name).isNotNull();
			callbacks.stop().call(this.context);
			assertThat(slow.running).as(name).isFalse();
		}
	}

	@Test
	void discoverWhenServiceLifecycleLeavesStartToLifecycleCallsThat() throws Exception {
		ServiceGraph graph = discover(CheckedLifecycle.class);
		ServiceCallbacks callbacks = callbacks(graph, "checkedLifecycle");
		CheckedLifecycle instance = (CheckedLifecycle) graph.definition(0).instance();
		instance.immediate = true;
		callbacks.start().call(this.context);
		assertThat(instance.running).isTrue();
		instance.running = false;
		callbacks.checkHealth().call();
		assertThatIllegalStateException().isThrownBy(callbacks.checkReady()::call);
	}

	@Test
	void discoverWhenFactoryBeanIsLifecycleDrivesIt() throws Exception {
		try (AnnotationConfigApplicationContext running = new AnnotationConfigApplicationContext(Factories.class)) {
			ServiceGraph graph = discover(running);
			callbacks(graph, "scheduler").start().call(this.context);
			SchedulerFactory factory = running.getBean("&scheduler", SchedulerFactory.class);
			assertThat(factory.isRunning()).isTrue();
			assertThat(graph.definition(0).instance()).isSameAs(factory.scheduler);
			callbacks(graph, "scheduler").stop().call(this.context);
			assertThat(factory.isRunning()).isFalse();
		}
		assertThat(problems(StartingFactories.class)).containsExactly(
				"Service 'scheduler' is a SmartLifecycle that Spring starts, too: it would be started twice. / Let isAutoStartup() of bean '&scheduler' return false, or let it implement ServiceLifecycle instead.");
	}

	@Test
	void discoverWhenStartAndStopAreOfOtherTypesReportsIt() {
		assertThat(problems(Schedulers.class)).containsExactly(
				"Service 'closeable' has a method 'close', and nothing says that the service is started and stopped with it: class '%s' implements neither ServiceLifecycle nor Lifecycle (@ManagedService on method Schedulers.closeable). / Name what is to be called: @ManagedService(stopMethod = \"close\"), or let the class implement ServiceLifecycle."
					.formatted(Pool.class.getName()),
				"Service 'scheduler' has methods 'start' and 'shutdown', and nothing says that the service is started and stopped with it: class '%s' implements neither ServiceLifecycle nor Lifecycle (@ManagedService on method Schedulers.scheduler). / Name what is to be called: @ManagedService(startMethod = \"start\", stopMethod = \"shutdown\"), or let the class implement ServiceLifecycle."
					.formatted(Scheduler.class.getName()),
				"Service 'thread' has a method 'start', and nothing says that the service is started and stopped with it: class 'java.lang.Thread' implements neither ServiceLifecycle nor Lifecycle (@ManagedService on method Schedulers.thread). / Name what is to be called: @ManagedService(startMethod = \"start\"), or let the class implement ServiceLifecycle.");
		assertThat(discover(ClosingWorker.class).size()).isEqualTo(1);
	}

	@Test
	void discoverWhenSpringCallsStartMethodAsWellReportsIt() {
		assertThat(problems(Initialized.class)).containsExactly(
				"Service 'annotated' has startMethod 'begin', which Spring calls as well when it makes the bean: it would be started twice (@ManagedService on method Initialized.annotated). / Remove @PostConstruct or initMethod from 'begin', or startMethod of service 'annotated'.",
				"Service 'named' has startMethod 'start', which Spring calls as well when it makes the bean: it would be started twice (@ManagedService on method Initialized.named). / Remove @PostConstruct or initMethod from 'start', or startMethod of service 'named'.");
	}

	@Test
	void discoverWhenSpringCallsMethodInAnotherWayReportsIt() {
		assertThat(problems(CalledBySpring.class)).containsExactly(
				"Service 'heard' has startMethod 'begin', which Spring calls as well when the context has started: it would be started twice (@ManagedService on method CalledBySpring.heard). / Remove @EventListener from 'begin', or startMethod of service 'heard'.",
				"Service 'left' has stopMethod 'leave', which Spring calls as well when it destroys the bean: it would be stopped twice (@ManagedService on method CalledBySpring.left). / Remove @PreDestroy from 'leave', or stopMethod of service 'left'.",
				"Service 'made' has startMethod 'afterPropertiesSet', which Spring calls as well when it makes the bean: it would be started twice (@ManagedService on method CalledBySpring.made). / Remove InitializingBean from 'afterPropertiesSet', or startMethod of service 'made'.");
	}

	@Test
	void discoverWhenMethodsOfLifecycleLackTheirParameterReportsThem() {
		assertThat(problems(WithoutContext.class)).containsExactly(
				"Service 'without' has a method 'start()' that is never called: expected 'start(ServiceContext)', as in ServiceLifecycle, found in class '%s' (@ManagedService on class WithoutContext). / Add the parameter: 'public void start(ServiceContext context)', with @Override."
					.formatted(WithoutContext.class.getName()),
				"Service 'without' has a method 'stop()' that is never called: expected 'stop(ServiceContext)', as in ServiceLifecycle, found in class '%s' (@ManagedService on class WithoutContext). / Add the parameter: 'public void stop(ServiceContext context)', with @Override."
					.formatted(WithoutContext.class.getName()));
	}

	@Test
	void discoverWhenMethodsAreCalledByOthersAcceptsThem() {
		assertThat(discover(Helped.class, Handlers.class, Reloaded.class).size()).isEqualTo(3);
	}

	@Test
	void discoverWhenMethodsAreThoseOfAnotherLibraryReportsThem() {
		assertThat(problems(OfGuava.class)).singleElement()
			.asString()
			.startsWith("Service 'guava' has methods 'startAsync' and 'stopAsync', and nothing says that");
	}

	@Test
	void discoverWhenLifecycleIsInheritedFromOtherInterfaceChecksItsProxy() {
		assertThat(problems(CLASS_PROXY, Inherits.class)).singleElement()
			.asString()
			.contains("Service 'inherits'", "final");
	}

	@Test
	void discoverWhenObjectIsTwoServicesReportsIt() {
		assertThat(problems(Shared.class)).containsExactly(
				"Services 'first' and 'second' are one object, which would be started twice: bean 'first' (@ManagedService on method Shared.first) and ServiceRegistration bean 'registration'. / Let one of them be no service, or let each be an object of its own.");
		assertThat(problems(CLASS_PROXY, SharedTarget.class)).hasSize(1);
	}

	@Test
	void destroyWhenStopHasCalledInferredMethodCallsItOnce() throws Exception {
		for (String name : List.of("inferred", "shutdown")) {
			assertThat(closes(name, true, true)).as(name).isEqualTo(1);
			assertThat(closes(name, true, false)).as(name).isEqualTo(1);
			assertThat(closes(name, false, false)).as(name).isEqualTo(1);
		}
		assertThat(closes("explicit", true, true)).isEqualTo(2);
		assertThat(closes("other", true, true)).isEqualTo(1);
	}

	private int closes(String name, boolean start, boolean stop) throws Exception {
		Counting pool;
		try (AnnotationConfigApplicationContext running = new AnnotationConfigApplicationContext(Pools.class)) {
			pool = running.getBean(name, Counting.class);
			ServiceCallbacks callbacks = callbacks(discover(running), name);
			if (start) {
				callbacks.stop().call(this.context);
				pool.closes = 0;
				callbacks.start().call(this.context);
			}
			if (stop) {
				callbacks.stop().call(this.context);
			}
		}
		assertThat(pool.destroyed).isEqualTo(1);
		return pool.closes;
	}

	private CompletableFuture<Void> async(ServiceCallbacks.Callback callback) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				callback.call(this.context);
				done.complete(null);
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
			}
		});
		caller.start();
		while (caller.isAlive() && caller.getState() != Thread.State.WAITING
				&& caller.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		return done;
	}

	private static ServiceCallbacks.Callback startMethod(Returning bean, String method) {
		try (AnnotationConfigApplicationContext running = new AnnotationConfigApplicationContext()) {
			running.registerBean("returning", Returning.class, () -> bean);
			running.register(List
				.of(FutureMethod.class, StageMethod.class, ForeignStageMethod.class, NestedMethod.class,
						MonoMethod.class, FluxMethod.class, PublisherMethod.class, ObjectMethod.class,
						OptionalMethod.class, DeferredMethod.class)
				.stream()
				.filter((type) -> type.getSimpleName().equalsIgnoreCase(method + "Method"))
				.findFirst()
				.orElseThrow());
			running.refresh();
			return callbacks(discover(running), "service").start();
		}
	}

	private static Object proxy(Object bean, boolean classProxy) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(classProxy);
		factory.addAdvice((MethodInterceptor) (invocation) -> {
			if (bean instanceof RunningLifecycle && invocation.getMethod().getName().equals("start")) {
				RunningLifecycle.calls.add("proxy start");
			}
			return invocation.proceed();
		});
		return factory.getProxy();
	}

	private static Object hidden(Object bean, Class<?> visible) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(bean);
		factory.setInterfaces(visible);
		return factory.getProxy();
	}

	private static List<String> problems(Class<?>... components) {
		return problems((bean) -> bean, components);
	}

	private static List<String> problems(Function<Object, Object> wrapper, Class<?>... components) {
		InvalidServiceGraphException failure = catchThrowableOfType(InvalidServiceGraphException.class,
				() -> discover(wrapper, components));
		return failure.getProblems()
			.stream()
			.map((problem) -> problem.description() + " / " + problem.action())
			.toList();
	}

	private static ServiceGraph discover(Class<?>... components) {
		return discover((bean) -> bean, components);
	}

	private static ServiceGraph discover(Function<Object, Object> wrapper, Class<?>... components) {
		try (AnnotationConfigApplicationContext running = new AnnotationConfigApplicationContext()) {
			running
				.addBeanFactoryPostProcessor((beanFactory) -> beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

					@Override
					public Object postProcessAfterInitialization(Object bean, String beanName) {
						return (bean instanceof Wrapped) ? wrapper.apply(bean) : bean;
					}

				}));
			running.register(components);
			running.refresh();
			return discover(running);
		}
	}

	private static ServiceGraph discover(AnnotationConfigApplicationContext running) {
		return new ServiceDiscovery(running.getDefaultListableBeanFactory(), DiscoverySettings.DEFAULTS).discover();
	}

	private static ServiceCallbacks callbacks(ServiceGraph graph, String name) {
		return graph.definition(graph.indexOf(name)).callbacks();
	}

	interface Wrapped {

	}

	@ManagedService(name = "finalService")
	static class FinalService implements ServiceLifecycle, Wrapped {

		@Override
		public final void start(ServiceContext context) {
		}

	}

	@ManagedService(name = "finalItems")
	static class FinalItems implements ItemService<String>, Runnable, Wrapped {

		@Override
		public void run() {
		}

		@Override
		public final Outcome process(String id) {
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

	@Configuration(proxyBeanMethods = false)
	static class FinalRegistration {

		@Bean
		Plain plain() {
			return new Plain();
		}

		@Bean
		ServiceRegistration registration(ServiceLifecycle service) {
			return new ServiceRegistration("registered", service);
		}

		static class Plain implements ServiceLifecycle, Wrapped {

			@Override
			public final void start(ServiceContext context) {
			}

		}

	}

	@ManagedService(name = "finalLifecycle")
	static class FinalLifecycle extends SlowLifecycle implements Wrapped {

		@Override
		public final void stop() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalMethods {

		@Bean
		@ManagedService(startMethod = "connect", stopMethod = "disconnect")
		FinalConnection connection() {
			return new FinalConnection();
		}

	}

	public static class FinalConnection implements Wrapped {

		public final void connect() {
		}

		@SuppressWarnings("unused")
		private void disconnect() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StaticMethods {

		@Bean
		@ManagedService(startMethod = "connect")
		StaticConnection connection() {
			return new StaticConnection();
		}

	}

	public static class StaticConnection {

		public static void connect() {
		}

	}

	@ManagedService(name = "hiddenService")
	static class HiddenService implements ServiceLifecycle, Runnable, Wrapped {

		@Override
		public void run() {
		}

		@Override
		public void start(ServiceContext context) {
		}

	}

	@ManagedService(name = "hiddenLifecycle")
	static class HiddenLifecycle extends SlowLifecycle implements Runnable, Wrapped {

		@Override
		public void run() {
		}

	}

	@ManagedService(name = "startMethodOfClass", startMethod = "connect")
	public static class StartMethodOfClass implements Runnable, Wrapped {

		@Override
		public void run() {
		}

		public void connect() {
		}

	}

	@ManagedService(name = "runningLifecycle")
	static class RunningLifecycle implements Lifecycle, Wrapped {

		static List<String> calls = new ArrayList<>();

		private boolean running;

		@Override
		public void start() {
			calls.add("start");
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

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class Asynchronous {

	}

	@ManagedService(name = "asyncService")
	static class AsyncService implements ServiceLifecycle {

		@Async
		@Override
		public void start(ServiceContext context) {
		}

	}

	@ManagedService(name = "asyncLifecycle")
	static class AsyncLifecycle extends SlowLifecycle {

		@Async
		@Override
		public void start() {
		}

	}

	@ManagedService(name = "asyncMethods", startMethod = "connect")
	static class AsyncMethods {

		@Async
		void connect() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AsyncFutures {

		@Bean
		@ManagedService(startMethod = "connect")
		AsyncConnection connection() {
			return new AsyncConnection();
		}

	}

	static class AsyncConnection {

		@Async
		CompletableFuture<Void> connect() throws IOException {
			throw new IOException("refused");
		}

	}

	@ManagedService(name = "service", startMethod = "future")
	record FutureMethod(Returning bean) {

		FutureTask<Void> future() {
			return this.bean.task;
		}

	}

	@ManagedService(name = "service", startMethod = "stage")
	record StageMethod(Returning bean) {

		CompletionStage<Void> stage() {
			return this.bean.future;
		}

	}

	@ManagedService(name = "service", startMethod = "stage")
	record ForeignStageMethod(Returning bean) {

		CompletionStage<Void> stage() {
			return this.bean.future.minimalCompletionStage();
		}

	}

	@ManagedService(name = "service", startMethod = "nested")
	record NestedMethod(Returning bean) {

		CompletableFuture<Object> nested() {
			return CompletableFuture.completedFuture(this.bean.future);
		}

	}

	@ManagedService(name = "service", startMethod = "mono")
	record MonoMethod(Returning bean) {

		Mono<Void> mono() {
			return Mono.fromFuture(this.bean.future);
		}

	}

	@ManagedService(name = "service", startMethod = "flux")
	record FluxMethod(Returning bean) {

		Flux<Integer> flux() {
			return Flux.range(1, 3).concatWith(Mono.fromFuture(this.bean.future).then(Mono.empty()));
		}

	}

	@ManagedService(name = "service", startMethod = "publisher")
	record PublisherMethod(Returning bean) {

		SubmissionPublisher<Integer> publisher() {
			return this.bean.publisher;
		}

	}

	@ManagedService(name = "service", startMethod = "optional")
	record OptionalMethod(Returning bean) {

		Optional<CompletableFuture<Void>> optional() {
			return Optional.of(this.bean.future);
		}

	}

	@ManagedService(name = "service", startMethod = "deferred")
	record DeferredMethod(Returning bean) {

		Deferred<Object> deferred() {
			CompletableDeferred<Object> deferred = CompletableDeferredKt.CompletableDeferred((Job) null);
			this.bean.end(deferred);
			return deferred;
		}

	}

	@ManagedService(name = "service", startMethod = "start")
	static class UncalledMethod {

		Callable<String> start() {
			return () -> "started";
		}

	}

	@ManagedService(name = "service", startMethod = "start")
	static class ManyFutures {

		List<CompletableFuture<Void>> start() {
			return List.of();
		}

	}

	@ManagedService(name = "service", startMethod = "start")
	static class ManyMonos {

		Map<String, Mono<Void>> start() {
			return Map.of();
		}

	}

	@ManagedService(name = "service", startMethod = "start")
	static class FluentCallable implements Callable<String> {

		FluentCallable start() {
			return this;
		}

		@Override
		public String call() {
			return "called";
		}

	}

	@ManagedService(name = "service", startMethod = "object")
	record ObjectMethod(Returning bean) {

		Object object() {
			return this.bean.future;
		}

	}

	static class Returning {

		private final CompletableFuture<Void> future = new CompletableFuture<>();

		private final SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 8);

		private volatile boolean failing;

		private final FutureTask<Void> task = new FutureTask<>(() -> {
			if (this.failing) {
				throw new IOException("refused");
			}
			return null;
		});

		void end(CompletableJob job) {
			this.future.whenComplete((value, failure) -> {
				if (failure != null) {
					job.completeExceptionally(failure);
				}
				else {
					job.complete();
				}
			});
			job.invokeOnCompletion((cause) -> {
				if (job.isCancelled()) {
					this.future.cancel(true);
				}
				return Unit.INSTANCE;
			});
		}

		void end(CompletableDeferred<Object> deferred) {
			this.future.whenComplete((value, failure) -> {
				if (failure != null) {
					deferred.completeExceptionally(failure);
				}
				else {
					deferred.complete("value");
				}
			});
			deferred.invokeOnCompletion((cause) -> {
				if (deferred.isCancelled()) {
					this.future.cancel(true);
				}
				return Unit.INSTANCE;
			});
		}

		void complete() {
			this.future.complete(null);
			this.task.run();
			this.publisher.close();
		}

		void fail() {
			this.failing = true;
			IOException failure = new IOException("refused");
			this.future.completeExceptionally(failure);
			this.task.run();
			this.publisher.closeExceptionally(failure);
		}

		boolean isCancelled() {
			return this.future.isCancelled() || this.task.isCancelled();
		}

	}

	static class SlowLifecycle implements SmartLifecycle {

		volatile boolean running;

		volatile boolean immediate;

		volatile int starts;

		volatile int stops;

		private final CountDownLatch stopping = new CountDownLatch(1);

		volatile Runnable callback = () -> {
		};

		@Override
		public boolean isAutoStartup() {
			return false;
		}

		@Override
		public void start() {
			this.starts++;
			this.running = true;
		}

		@Override
		public void stop(Runnable callback) {
			this.stops++;
			this.callback = callback;
			this.stopping.countDown();
			if (this.immediate) {
				this.running = false;
				callback.run();
			}
		}

		void awaitStop() throws InterruptedException {
			this.stopping.await();
		}

		@Override
		public void stop() {
			throw new UnsupportedOperationException("Spring never calls this one");
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedLifecycles {

		@Bean
		@ManagedService(startMethod = "start", stopMethod = "stop")
		SlowLifecycle both() {
			return new SlowLifecycle();
		}

		@Bean
		@ManagedService(startMethod = "start")
		SlowLifecycle startOnly() {
			return new SlowLifecycle();
		}

		@Bean
		@ManagedService(stopMethod = "halt")
		HaltingLifecycle stopOnly() {
			return new HaltingLifecycle();
		}

	}

	static class HaltingLifecycle extends SlowLifecycle {

		void halt() {
			this.running = false;
		}

	}

	@ManagedService(name = "checkedLifecycle")
	static class CheckedLifecycle extends SlowLifecycle implements ServiceLifecycle {

		@Override
		public void checkHealth() {
		}

	}

	public static class Scheduler {

		public void start() {
		}

		public void shutdown() {
		}

	}

	static class SchedulerFactory extends SlowLifecycle implements FactoryBean<Scheduler> {

		private final Scheduler scheduler = new Scheduler();

		private final boolean autoStartup;

		SchedulerFactory(boolean autoStartup) {
			this.autoStartup = autoStartup;
			this.immediate = true;
		}

		@Override
		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		@Override
		public Scheduler getObject() {
			return this.scheduler;
		}

		@Override
		public Class<?> getObjectType() {
			return Scheduler.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		@ManagedService
		SchedulerFactory scheduler() {
			return new SchedulerFactory(false);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StartingFactories {

		@Bean
		@ManagedService
		SchedulerFactory scheduler() {
			return new SchedulerFactory(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Schedulers {

		@Bean
		@ManagedService
		Pool closeable() {
			return new Pool();
		}

		@Bean
		@ManagedService
		Scheduler scheduler() {
			return new Scheduler();
		}

		@Bean
		@ManagedService
		Thread thread() {
			return new Thread();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Initialized {

		@Bean
		@ManagedService(startMethod = "begin")
		Beginning annotated() {
			return new Beginning();
		}

		@Bean(initMethod = "start")
		@ManagedService(startMethod = "start")
		Scheduler named() {
			return new Scheduler();
		}

		@Bean(initMethod = "start", destroyMethod = "shutdown")
		@ManagedService
		Scheduler ofSpring() {
			return new Scheduler();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CalledBySpring {

		@Bean
		@ManagedService(startMethod = "begin")
		Heard heard() {
			return new Heard();
		}

		@Bean
		@ManagedService(stopMethod = "leave")
		Left left() {
			return new Left();
		}

		@Bean
		@ManagedService(startMethod = "afterPropertiesSet")
		Made made() {
			return new Made();
		}

	}

	static class Heard {

		@EventListener(ContextRefreshedEvent.class)
		void begin() {
		}

	}

	static class Left {

		@PreDestroy
		void leave() {
		}

	}

	static class Made implements InitializingBean {

		@Override
		public void afterPropertiesSet() {
		}

	}

	@ManagedService(name = "without")
	static class WithoutContext implements ServiceLifecycle {

		void start() {
		}

		void stop() {
		}

	}

	@ManagedService(name = "helped")
	static class Helped implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			start();
		}

		void start() {
		}

	}

	@ManagedService(name = "handlers")
	static class Handlers {

		@EventListener(ContextRefreshedEvent.class)
		void start() {
		}

		@PreDestroy
		void stop() {
		}

		String open() {
			return "";
		}

		void close() {
		}

	}

	@ManagedService(name = "reloaded", startMethod = "reload")
	static class Reloaded {

		@EventListener(ContextClosedEvent.class)
		void reload() {
		}

	}

	@ManagedService(name = "guava")
	static class OfGuava {

		void startAsync() {
		}

		void stopAsync() {
		}

	}

	interface Inherited extends ServiceLifecycle {

	}

	@ManagedService(name = "inherits")
	static class Inherits implements Inherited, Wrapped {

		@Override
		public final void start(ServiceContext context) {
		}

	}

	static class Beginning {

		@PostConstruct
		void begin() {
		}

	}

	@ManagedService(name = "closingWorker")
	static class ClosingWorker implements AutoCloseable {

		@Worker
		void work() {
		}

		@Override
		public void close() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Shared {

		@Bean
		@ManagedService
		ServiceLifecycle first() {
			return new FinalService();
		}

		@Bean
		ServiceRegistration registration(ServiceLifecycle first) {
			return new ServiceRegistration("second", first);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SharedTarget {

		private final Opening opening = new Opening();

		@Bean
		@ManagedService(startMethod = "open")
		Opening first() {
			return this.opening;
		}

		@Bean
		@ManagedService(startMethod = "open")
		Opening second() {
			return this.opening;
		}

	}

	static class Opening implements Wrapped {

		void open() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Pools {

		@Bean
		@ManagedService(startMethod = "open", stopMethod = "close")
		Pool inferred() {
			return new Pool();
		}

		@Bean
		@ManagedService(startMethod = "open", stopMethod = "shutdown")
		ShutdownPool shutdown() {
			return new ShutdownPool();
		}

		@Bean(destroyMethod = "close")
		@ManagedService(startMethod = "open", stopMethod = "close")
		Pool explicit() {
			return new Pool();
		}

		@Bean
		@ManagedService(startMethod = "open", stopMethod = "pause")
		Pool other() {
			return new Pool();
		}

	}

	abstract static class Counting {

		int closes;

		int destroyed;

		void open() {
		}

		@PreDestroy
		void destroyed() {
			this.destroyed++;
		}

	}

	static class Pool extends Counting implements AutoCloseable {

		void pause() {
		}

		@Override
		public void close() {
			this.closes++;
		}

	}

	public static class ShutdownPool extends Counting {

		public void shutdown() {
			this.closes++;
		}

	}

}
