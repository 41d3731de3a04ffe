// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.workmethod;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.mockito.Answers;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;

import io.managedservices.ManagedService;
import io.managedservices.Retry;
import io.managedservices.ServiceContext;
import io.managedservices.ServiceLifecycle;
import io.managedservices.ServiceRegistration;
import io.managedservices.event.EventOrigin;
import io.managedservices.event.EventPolicy;
import io.managedservices.event.OnServiceEvent;
import io.managedservices.internal.configure.DiscoverySettings;
import io.managedservices.internal.discovery.ServiceDiscovery;
import io.managedservices.internal.graph.GraphProblem;
import io.managedservices.internal.graph.InvalidServiceGraphException;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceGraph;
import io.managedservices.internal.graph.ServiceHook;
import io.managedservices.monitor.LifecycleEvent;
import io.managedservices.state.ServiceDependency;
import io.managedservices.work.ServiceTask;
import io.managedservices.work.ServiceWork;
import io.managedservices.work.ServiceWorker;
import io.managedservices.work.Task;
import io.managedservices.work.TaskBody;
import io.managedservices.work.Worker;
import io.managedservices.work.WorkerBody;
import io.managedservices.work.WorkerContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

/**
 * Tests for the methods of services that are work.
 */
class WorkMethodsIntegrationTests {

	private static final EventOrigin ORIGIN = new EventOrigin("mail", true);

	private final ServiceContext incarnation = mock(ServiceContext.class);

	private final ServiceWork work = mock(ServiceWork.class);

	private final ServiceWorker worker = mock(ServiceWorker.class, Answers.RETURNS_SELF);

	private final ServiceTask task = mock(ServiceTask.class, Answers.RETURNS_SELF);

	WorkMethodsIntegrationTests() {
		given(this.incarnation.work()).willReturn(this.work);
		given(this.work.worker(any(), any())).willReturn(this.worker);
		given(this.work.task(any(), any(TaskBody.class))).willReturn(this.task);
		given(this.work.task(any())).willReturn(this.task);
	}

	@Test
	void startWhenMethodIsWorkerStartsItAfterOwnStart() throws Exception {
		ServiceDefinition definition = definition(Mail.class, "mail");
		Mail mail = (Mail) definition.instance();
		given(this.work.worker(any(), any())).willAnswer((invocation) -> {
			mail.calls.add("worker " + invocation.getArgument(0));
			return this.worker;
		});
		definition.callbacks().start().call(this.incarnation);
		assertThat(mail.calls).containsExactly("start", "worker inbox");
		InOrder order = inOrder(this.worker);
		order.verify(this.worker).restartOnFailure(Duration.ofMillis(500));
		order.verify(this.worker).maxRestarts(3, Duration.ofMinutes(10));
		order.verify(this.worker).heartbeat(Duration.ofSeconds(30));
		order.verify(this.worker).start();
		WorkerContext context = mock(WorkerContext.class);
		workerBody("inbox").run(context);
		assertThat(mail.calls).endsWith("listen " + context);
	}

	@Test
	void startWhenOwnStartFailsStartsNoWork() {
		ServiceDefinition definition = definition(Broken.class, "broken");
		assertThatIllegalStateException().isThrownBy(() -> definition.callbacks().start().call(this.incarnation))
			.withMessage("refused");
		then(this.work).shouldHaveNoInteractions();
	}

	@Test
	void startWhenAttributesHavePlaceholdersResolvesThem() throws Exception {
		ServiceGraph graph = discover(Map.of("recount.interval", "5m", "recount.delay", "30s", "inbox.delay", "500ms",
				"inbox.name", "inbox", "of", "named"), Named.class, Resolved.class);
		ServiceDefinition definition = definition(graph, "resolved");
		definition.callbacks().start().call(this.incarnation);
		then(this.work).should().task(eq("recount"), any(TaskBody.class));
		then(this.work).should().task("recount");
		then(this.task).should().repeat(Duration.ofMinutes(5));
		then(this.task).should().maxDelay(Duration.ofSeconds(30));
		then(this.task).should().finishOnStop();
		then(this.task).should().keep();
		then(this.task).shouldHaveNoMoreInteractions();
		then(this.work).should().worker(eq("inbox"), any());
		then(this.worker).should().restartOnFailure(Duration.ofMillis(500));
		then(this.work).shouldHaveNoMoreInteractions();
		assertThat(definition.hooks()).extracting(ServiceHook::source).containsExactly("named");
		assertThat(definition.settings().retry().delay()).isEqualTo(Duration.ofMillis(500));
		assertThat(definition.descriptor().dependencies()).extracting(ServiceDependency::name).containsExactly("named");
	}

	@Test
	void discoverWhenPlaceholderCannotBeResolvedReportsIt() {
		assertThat(problems(Unresolved.class, PropertySourcesPlaceholderConfigurer.class)).containsExactly(problem(
				"Service 'unresolved' has an unresolvable retry.delay of @ManagedService: expected placeholders of properties that are set, found '${absent}': Could not resolve placeholder 'absent' in value \"${absent}\" (@ManagedService on class Unresolved).",
				"Set the property, or correct retry.delay of @ManagedService on class Unresolved."),
				problem("Service 'unresolved' has an unresolvable every of @Task: expected placeholders of properties that are set, found '${absent}': Could not resolve placeholder 'absent' in value \"${absent}\" (@Task on method Unresolved.recount).",
						"Set the property, or correct every of @Task on method Unresolved.recount."));
	}

	@Test
	void startWhenCronHasZoneCountsThere() throws Exception {
		ServiceDefinition definition = definition(discover(Map.of("zone", "Europe/Berlin"), Zoned.class), "zoned");
		definition.callbacks().start().call(this.incarnation);
		then(this.task).should().cron("0 0 3 * * *", ZoneId.of("Europe/Berlin"));
		then(this.task).should().keep();
		then(this.task).shouldHaveNoMoreInteractions();
	}

	@Test
	void discoverWhenZoneIsWrongReportsAll() {
		assertThat(problems(WronglyZoned.class)).containsExactly(problem(
				"Service 'wronglyZoned' has a cron of @Task that never comes: expected one that has a next time, or '-' for never, found '0 0 0 31 2 *' (@Task on method WronglyZoned.never).",
				"Correct cron of @Task on method WronglyZoned.never."),
				problem("Service 'wronglyZoned' has a task 'nightly' with an invalid zone: expected a time zone such as 'Europe/Berlin' or '+01:00', found 'Mars/Base': Unknown time-zone ID: Mars/Base (@Task on method WronglyZoned.recount).",
						"Correct zone of @Task on method WronglyZoned.recount."),
				problem("Service 'wronglyZoned' has a task 'withoutCron' with zone 'UTC' and no cron: a zone is for cron only (@Task on method WronglyZoned.withoutCron).",
						"Set cron in @Task on method WronglyZoned.withoutCron, or remove zone."));
	}

	@Test
	void startWhenServiceHasOnlyWorkStartsIt() throws Exception {
		ServiceDefinition definition = definition(Plain.class, "plain");
		assertThat(definition.callbacks().stop()).isNull();
		definition.callbacks().start().call(this.incarnation);
		InOrder order = inOrder(this.work, this.task);
		order.verify(this.work).task(eq("count"), any(TaskBody.class));
		order.verify(this.work).task(eq("nightly"), any(TaskBody.class));
		order.verify(this.task).maxDelay(Duration.ofSeconds(30));
		order.verify(this.task).repeat(Duration.ofMinutes(5));
		order.verify(this.work).worker(eq("forEver"), any());
		order.verify(this.task).cron("0 0 3 * * *");
		then(this.task).should(times(2)).keep();
		then(this.task).shouldHaveNoMoreInteractions();
		then(this.worker).should().restartOnFailure(Duration.ofSeconds(2));
		then(this.worker).should().start();
		then(this.worker).shouldHaveNoMoreInteractions();
		taskBody("count").run(this.task);
		taskBody("nightly").run(this.task);
		workerBody("forEver").run(mock(WorkerContext.class));
		assertThat(((Plain) definition.instance()).calls).containsExactly("count", "recount " + this.task, "forEver");
	}

	@Test
	void bodyWhenMethodThrowsThrowsTheSame() throws Exception {
		ServiceDefinition definition = definition(Throwing.class, "throwing");
		definition.callbacks().start().call(this.incarnation);
		assertThatIllegalStateException().isThrownBy(() -> taskBody("fails").run(this.task)).withMessage("item 7");
	}

	@Test
	void discoverWhenMethodIsHookAddsIt() throws Exception {
		ServiceGraph graph = discover(Mail.class, Hooks.class);
		ServiceDefinition definition = definition(graph, "hooks");
		assertThat(definition.callbacks().start()).isNull();
		assertThat(definition.hooks()).extracting(ServiceHook::name)
			.containsExactly("ofGeneric(Thread)", "onNumber(Integer)", "onText(String)");
		assertThat(definition.hooks()).extracting(ServiceHook::source).containsExactly("", "", "mail");
		assertThat(definition.hooks()).<Class<?>>extracting(ServiceHook::type)
			.containsExactly(Thread.class, Integer.class, String.class);
		assertThat(definition.hooks()).extracting(ServiceHook::policy)
			.containsExactly(EventPolicy.BUFFER, EventPolicy.DROP, EventPolicy.FAIL);
		for (ServiceHook hook : definition.hooks()) {
			hook.hook()
				.call((hook.type() == String.class) ? "text" : (hook.type() == Integer.class) ? 7 : null, () -> ORIGIN,
						this.incarnation);
		}
		assertThat(((Hooks) definition.instance()).calls).containsExactly("generic null", "number 7", "text text");
	}

	@Test
	void discoverWhenHookHasBufferTakesIt() {
		assertThat(definition(discover(Buffered.class), "buffered").hooks()).extracting(ServiceHook::buffer)
			.containsExactly(1, ServiceHook.OF_SERVICE);
	}

	@Test
	void discoverWhenBufferOfHookIsWrongReportsAll() {
		assertThat(problems(WronglyBuffered.class)).containsExactly(problem(
				"Service 'wronglyBuffered' has a hook with buffer 5 and policy DROP, which holds nothing: expected policy BUFFER (@OnServiceEvent on method WronglyBuffered.contradictory).",
				"Remove buffer or policy from @OnServiceEvent on method WronglyBuffered.contradictory."),
				problem("Service 'wronglyBuffered' has an invalid buffer of @OnServiceEvent: expected 1 or more, found -2 (@OnServiceEvent on method WronglyBuffered.negative).",
						"Correct buffer of @OnServiceEvent on method WronglyBuffered.negative."),
				problem("Service 'wronglyBuffered' has an invalid buffer of @OnServiceEvent: expected 1 or more, found 0 (@OnServiceEvent on method WronglyBuffered.none).",
						"Correct buffer of @OnServiceEvent on method WronglyBuffered.none."));
	}

	@Test
	void hookWhenEventTypeIsGenericTakesThoseOfIt() {
		assertThat(definition(OfChanges.class, "ofChanges").hooks()).extracting(ServiceHook::name)
			.containsExactlyInAnyOrder("any(Changed<?>)", "number(Changed<Integer>)");
	}

	@Test
	void discoverWhenSourceIsNameOfBeanTakesService() {
		ServiceGraph graph = discover(RenamedMail.class, OfRenamedMail.class);
		assertThat(definition(graph, "ofRenamedMail").hooks()).extracting(ServiceHook::source)
			.containsExactly("renamed");
	}

	@Test
	void startWhenBeanHasStartMethodOrIsLifecycleStartsWorkAfterIt() throws Exception {
		ServiceGraph graph = discover(Others.class);
		for (String name : List.of("byMethod", "byLifecycle", "registered")) {
			ServiceDefinition definition = definition(graph, name);
			definition.callbacks().start().call(this.incarnation);
			assertThat(((Recorder) definition.instance()).calls).as(name).containsExactly("start");
			then(this.work).should().worker(eq(name), any());
		}
	}

	@Test
	void bodyWhenBeanHasProxyCallsThroughIt() throws Exception {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Proxied.class, ClassProxies.class);
			context.refresh();
			ClassProxies proxies = context.getBean(ClassProxies.class);
			ServiceDefinition definition = definition(discover(context), "proxied");
			definition.callbacks().start().call(this.incarnation);
			taskBody("inPackage").run(this.task);
			assertThat(proxies.calls).containsExactly("inPackage");
		}
	}

	@Test
	void discoverWhenMethodsAreWrongReportsAll() {
		assertThat(problems(Mail.class, Wrong.class)).containsExactly(problem(
				"Service 'wrong' has a task with every '5m' and cron '0 0 3 * * *': expected one of them (@Task on method Wrong.both).",
				"Remove one of them from @Task on method Wrong.both."),
				problem("Service 'wrong' has an invalid cron of @Task: expected a cron expression such as '0 */5 * * * *', or '-' for never, found 'at noon': Cron expression must consist of 6 fields (found 2 in \"at noon\") (@Task on method Wrong.cron).",
						"Correct cron of @Task on method Wrong.cron."),
				problem("Service 'wrong' has an invalid delay of @Worker: expected a duration of 0 or more, such as 500ms or 10s, found 'soon' (@Worker on method Wrong.durations).",
						"Correct delay of @Worker on method Wrong.durations."),
				problem("Service 'wrong' has an invalid window of @Worker: expected a duration above 0, such as 500ms or 10s, found '0s' (@Worker on method Wrong.durations).",
						"Correct window of @Worker on method Wrong.durations."),
				problem("Service 'wrong' has an invalid heartbeat of @Worker: expected a duration above 0, such as 500ms or 10s, found '-1s' (@Worker on method Wrong.durations).",
						"Correct heartbeat of @Worker on method Wrong.durations."),
				problem("Service 'wrong' has an invalid maxRestarts of @Worker: expected -1 for no limit, or 0 or more, found -2 (@Worker on method Wrong.durations).",
						"Correct maxRestarts of @Worker on method Wrong.durations."),
				problem("Service 'wrong' has a task 'onDemand' with initialDelay '1s' and neither every nor fixedDelay: it is on demand, and has no times (@Task on method Wrong.onDemand).",
						"Set every or fixedDelay in @Task on method Wrong.onDemand, or remove initialDelay."),
				problem("Service 'wrong' has a task 'onDemand' with jitter '1s' and none of every, fixedDelay and cron: it is on demand, and has no times (@Task on method Wrong.onDemand).",
						"Set one of every, fixedDelay and cron in @Task on method Wrong.onDemand, or remove jitter."),
				problem("Service 'wrong' has a method 'parameters' as work with parameters [String]: expected none, or any of 'WorkerContext' and 'ServiceContext', each once (@Worker on method Wrong.parameters).",
						"Correct the parameters of Wrong.parameters."),
				problem("Service 'wrong' hooks the events of 'mai', and there is no service of that name (@OnServiceEvent on method Wrong.source).",
						"Correct source of @OnServiceEvent on method Wrong.source. Did you mean 'mail'?"),
				problem("Service 'wrong' has a static method 'staticWorker' as work: expected one of the bean (@Worker on method Wrong.staticWorker).",
						"Make Wrong.staticWorker not static."),
				problem("Service 'wrong' has two tasks 'same' (@Task on method Wrong.twin2).",
						"Give one of them another name: @Task(name = \"…\")."),
				problem("Service 'wrong' has a method 'twoEvents' as a hook with parameters [String, String]: expected one, the event, and besides it any of 'EventOrigin' and 'ServiceContext', each once (@OnServiceEvent on method Wrong.twoEvents).",
						"Correct the parameters of Wrong.twoEvents."));
	}

	@Test
	void discoverWhenMethodReturnsBeforeItsWorkIsDoneReportsIt() {
		assertThat(problems(Unawaited.class)).containsExactly(problem(
				"Service 'unawaited' has a method 'consume' as work that returns a 'CompletableFuture', for which nothing waits: expected one that has done its work when it returns (@Worker on method Unawaited.consume).",
				"Let Unawaited.consume wait for what it returns, and return nothing."),
				problem("Service 'unawaited' has a method 'on' as work that returns a 'Mono', for which nothing waits: expected one that has done its work when it returns (@OnServiceEvent on method Unawaited.on).",
						"Let Unawaited.on wait for what it returns, and return nothing."),
				problem("Service 'unawaited' has a method 'recount' as work that returns a 'Future', for which nothing waits: expected one that has done its work when it returns (@Task on method Unawaited.recount).",
						"Let Unawaited.recount wait for what it returns, and return nothing."));
	}

	@Test
	void discoverWhenMethodIsAsyncReportsIt() {
		assertThat(problems(AsyncWork.class, Asynchronous.class)).containsExactly(problem(
				"Service 'asyncWork' has a method 'recount' as work that is @Async, for which nothing waits: expected one that runs on the thread that calls it (@Task on method AsyncWork.recount).",
				"Remove @Async from AsyncWork.recount: work has threads of its own."));
		assertThat(definition(AsyncWork.class, "asyncWork").callbacks().start()).isNotNull();
	}

	@Test
	void discoverWhenAnnotationIsOnWhatIsOverriddenTakesMethod() throws Exception {
		ServiceDefinition definition = definition(Overriding.class, "overriding");
		definition.callbacks().start().call(this.incarnation);
		then(this.task).should().repeat(Duration.ofMinutes(5));
		taskBody("recount").run(this.task);
		definition.hooks().get(0).hook().call("voted", () -> ORIGIN, this.incarnation);
		assertThat(definition.hooks()).hasSize(1);
		assertThat(((Overriding) definition.instance()).calls).containsExactly("recount", "voted");
	}

	@Test
	void discoverWhenAnnotationIsOnAnotherTakesMethod() throws Exception {
		ServiceDefinition definition = definition(Composed.class, "composed");
		definition.callbacks().start().call(this.incarnation);
		then(this.task).should().cron("0 0 3 * * *");
		then(this.worker).should().restartOnFailure(Duration.ofSeconds(9));
		assertThat(definition.hooks()).extracting(ServiceHook::policy).containsExactly(EventPolicy.DROP);
	}

	@Test
	void discoverWhenProxyDoesNotHaveMethodReportsIt() {
		assertThat(problems(Proxied.class, PrivateWork.class, ClassProxies.class)).containsExactly(problem(
				"Service 'privateWork' has a method 'hidden' as work that cannot be called: the proxy of the bean does not have it (@Task on method PrivateWork.hidden).",
				"Make PrivateWork.hidden public and, if the proxy has interfaces only, a method of one of them."));
	}

	@Test
	void discoverWhenBeanIsNoServiceReportsIt() {
		assertThat(problems(Mail.class, NoService.class)).containsExactly(problem(
				"The bean 'noService' has a method 'work' that is annotated as work of a service, and is no service.",
				"Annotate the bean 'noService' with @ManagedService, or remove @Worker, @Task and @OnServiceEvent from class '%s'."
					.formatted(NoService.class.getName())));
	}

	@Test
	void discoverWhenProductOfFactoryBeanIsNoServiceReportsIt() {
		assertThat(problems(NoServiceFactory.class)).extracting(GraphProblem::description)
			.containsExactly(
					"The bean 'noServiceFactory' has a method 'work' that is annotated as work of a service, and is no service.");
	}

	@Test
	void discoverWhenBeanIsMadeForEachUseAndNoServiceReportsIt() {
		assertThat(problems(ScopedNoService.class)).extracting(GraphProblem::description)
			.containsExactly(
					"The bean 'scopedNoService' has a method 'work' that is annotated as work of a service, and is no service.");
	}

	@Test
	void discoverWhenMethodIsFinalInProxiedClassReportsIt() {
		assertThat(problems(FinalWork.class, ClassProxies.class)).containsExactly(problem(
				"Service 'finalWork' has a final method 'hidden' as work, and its bean has a proxy that cannot pass the call on: expected one that is not final (@Task on method FinalWork.hidden).",
				"Make FinalWork.hidden not final."));
	}

	@Test
	void discoverWhenMethodIsFinalAndBeanHasNoProxyTakesIt() {
		assertThat(definition(FinalWork.class, "finalWork").callbacks().start()).isNotNull();
	}

	@Test
	void discoverWhenWorkCanNeverHappenReportsIt() {
		assertThat(problems(NeverHappens.class)).containsExactly(problem(
				"Service 'neverHappens' has a method 'blank' as work with a blank name: expected at least one visible character, or none for that of the method, found ' ' (@Worker on method NeverHappens.blank).",
				"Correct name of @Worker on method NeverHappens.blank."),
				problem("Service 'neverHappens' has a method 'ofTheEngine' as a hook of StateChanged, which no service emits: expected the type of an event of a service (@OnServiceEvent on method NeverHappens.ofTheEngine).",
						"Let a LifecycleListener or a method with @EventListener take what happens to services, in place of @OnServiceEvent on method NeverHappens.ofTheEngine."));
	}

	@Test
	void discoverWhenTwoWorkersHaveOneNameReportsIt() {
		assertThat(problems(Twins.class))
			.containsExactly(problem("Service 'twins' has two workers 'same' (@Worker on method Twins.second).",
					"Give one of them another name: @Worker(name = \"…\")."));
	}

	@Test
	void discoverWhenRegisteredServiceIsBeanReportsNothing() {
		assertThat(definition(discover(RegisteredBean.class), "feed").callbacks().start()).isNotNull();
	}

	@Test
	void discoverWhenMethodsAreSpringsLeavesThemAlone() {
		ServiceDefinition definition = definition(SpringMethods.class, "springMethods");
		assertThat(definition.callbacks().start()).isNull();
		assertThat(definition.hooks()).isEmpty();
	}

	private WorkerBody workerBody(String name) {
		ArgumentCaptor<WorkerBody> body = ArgumentCaptor.forClass(WorkerBody.class);
		then(this.work).should().worker(eq(name), body.capture());
		return body.getValue();
	}

	private TaskBody taskBody(String name) {
		ArgumentCaptor<TaskBody> body = ArgumentCaptor.forClass(TaskBody.class);
		then(this.work).should().task(eq(name), body.capture());
		return body.getValue();
	}

	private static GraphProblem problem(String description, String action) {
		return new GraphProblem(description, action);
	}

	private static List<GraphProblem> problems(Class<?>... classes) {
		return catchThrowableOfType(InvalidServiceGraphException.class, () -> discover(classes)).getProblems();
	}

	private static ServiceDefinition definition(Class<?> type, String name) {
		return definition(discover(type), name);
	}

	private static ServiceDefinition definition(ServiceGraph graph, String name) {
		return graph.definition(graph.indexOf(name));
	}

	private static ServiceGraph discover(Class<?>... classes) {
		return discover(Map.of(), classes);
	}

	private static ServiceGraph discover(Map<String, Object> properties, Class<?>... classes) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
			context.setBeanNameGenerator((definition, registry) -> {
				String name = definition.getBeanClassName();
				String simple = name.substring(name.lastIndexOf('$') + 1);
				return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
			});
			context.register(classes);
			context.refresh();
			return discover(context);
		}
	}

	private static ServiceGraph discover(AnnotationConfigApplicationContext context) {
		return new ServiceDiscovery(context.getDefaultListableBeanFactory(), DiscoverySettings.DEFAULTS).discover();
	}

	abstract static class Recorder {

		final List<String> calls = new ArrayList<>();

	}

	@ManagedService(name = "mail")
	static class Mail extends Recorder implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.calls.add("start");
		}

		@Worker(name = "inbox", delay = "500ms", maxRestarts = 3, heartbeat = "30s")
		void listen(WorkerContext context) {
			this.calls.add("listen " + context);
		}

	}

	@ManagedService(name = "broken")
	static class Broken implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			throw new IllegalStateException("refused");
		}

		@Worker
		void listen() {
		}

	}

	@ManagedService(name = "${of}")
	static class Named {

	}

	@ManagedService(name = "resolved", dependsOn = "${of}", retry = @Retry(delay = "${inbox.delay}"))
	static class Resolved {

		@Task(every = "${recount.interval}", maxDelay = "${recount.delay}", finishOnStop = true)
		void recount() {
		}

		@Task(cron = "${recount.cron:-}")
		void off() {
		}

		@Worker(name = "${inbox.name}", delay = "${inbox.delay}")
		void listen() {
		}

		@OnServiceEvent(source = "${of}")
		void on(String event) {
		}

	}

	@ManagedService(name = "zoned")
	static class Zoned {

		@Task(cron = "0 0 3 * * *", zone = "${zone}")
		void recount() {
		}

	}

	@ManagedService(name = "wronglyZoned")
	static class WronglyZoned {

		@Task(cron = "0 0 0 31 2 *")
		void never() {
		}

		@Task(name = "nightly", cron = "0 0 3 * * *", zone = "Mars/Base")
		void recount() {
		}

		@Task(every = "5m", zone = "UTC")
		void withoutCron() {
		}

	}

	@ManagedService(name = "unresolved", retry = @Retry(delay = "${absent}"))
	static class Unresolved {

		@Task(every = "${absent}")
		void recount() {
		}

	}

	abstract static class Inherited extends Recorder {

		@Task(every = "5m")
		private void count() {
			this.calls.add("count");
		}

	}

	@ManagedService(name = "plain")
	static class Plain extends Inherited {

		@Worker
		protected void forEver() {
			this.calls.add("forEver");
		}

		@Task(name = "nightly", cron = "0 0 3 * * *", maxDelay = "30s")
		void recount(ServiceTask task) {
			this.calls.add("recount " + task);
		}

	}

	@ManagedService(name = "throwing")
	static class Throwing {

		@Task(every = "1s")
		void fails() {
			throw new IllegalStateException("item 7");
		}

	}

	abstract static class Generic<E> extends Recorder {

		@OnServiceEvent
		void ofGeneric(E event) {
			this.calls.add("generic " + event);
		}

	}

	@ManagedService(name = "hooks")
	static class Hooks extends Generic<Thread> {

		@OnServiceEvent(source = "mail", policy = EventPolicy.FAIL)
		private void onText(String event) {
			this.calls.add("text " + event);
		}

		@OnServiceEvent(policy = EventPolicy.DROP)
		void onNumber(int event) {
			this.calls.add("number " + event);
		}

	}

	@ManagedService(name = "buffered")
	static class Buffered {

		@OnServiceEvent(buffer = 1)
		void latest(String event) {
		}

		@OnServiceEvent
		void shared(String event) {
		}

	}

	@ManagedService(name = "wronglyBuffered")
	static class WronglyBuffered {

		@OnServiceEvent(buffer = 5, policy = EventPolicy.DROP)
		void contradictory(String event) {
		}

		@OnServiceEvent(buffer = -2)
		void negative(String event) {
		}

		@OnServiceEvent(buffer = 0)
		void none(String event) {
		}

	}

	@ManagedService(name = "renamed")
	static class RenamedMail {

	}

	@ManagedService(name = "ofRenamedMail")
	static class OfRenamedMail {

		@OnServiceEvent(source = "renamedMail")
		void on(String event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Others {

		@Bean
		@ManagedService(startMethod = "open")
		ByMethod byMethod() {
			return new ByMethod();
		}

		@Bean
		@ManagedService
		ByLifecycle byLifecycle() {
			return new ByLifecycle();
		}

		@Bean
		ServiceRegistration registration() {
			return new ServiceRegistration("registered", new Registered());
		}

	}

	static class ByMethod extends Recorder {

		void open() {
			this.calls.add("start");
		}

		@Worker
		void byMethod() {
		}

	}

	static class ByLifecycle extends Recorder implements Lifecycle {

		@Override
		public void start() {
			this.calls.add("start");
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

		@Worker
		void byLifecycle() {
		}

	}

	static class Registered extends Recorder implements ServiceLifecycle {

		@Override
		public void start(ServiceContext context) {
			this.calls.add("start");
		}

		@Worker
		void registered() {
		}

	}

	@ManagedService(name = "proxied")
	static class Proxied {

		@Task(every = "1s")
		void inPackage() {
		}

	}

	@ManagedService(name = "unawaited")
	static class Unawaited {

		@Worker
		CompletableFuture<Void> consume() {
			return CompletableFuture.failedFuture(new IllegalStateException("connection lost"));
		}

		@Task(every = "1s")
		Future<?> recount() {
			return consume();
		}

		@OnServiceEvent
		Mono<Void> on(String event) {
			return Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class Asynchronous {

	}

	@ManagedService(name = "asyncWork")
	static class AsyncWork {

		@Async
		@Task(every = "1s")
		void recount() {
		}

	}

	interface Hooking<E> {

		@OnServiceEvent
		void on(E event);

	}

	abstract static class Recounting extends Recorder {

		@Task(every = "5m")
		void recount() {
			this.calls.add("overridden");
		}

	}

	@ManagedService(name = "overriding")
	static class Overriding extends Recounting implements Hooking<String> {

		@Override
		void recount() {
			this.calls.add("recount");
		}

		@Override
		public void on(String event) {
			this.calls.add(event);
		}

	}

	@Task(cron = "0 0 3 * * *")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Nightly {

	}

	@Worker
	@Retention(RetentionPolicy.RUNTIME)
	@interface Patient {

		@AliasFor(annotation = Worker.class)
		String delay() default "9s";

	}

	@OnServiceEvent(policy = EventPolicy.DROP)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Now {

	}

	@ManagedService(name = "composed")
	static class Composed {

		@Nightly
		void recount() {
		}

		@Patient
		void listen() {
		}

		@Now
		void on(String event) {
		}

	}

	@ManagedService(name = "privateWork")
	static class PrivateWork {

		@Task(every = "1s")
		private void hidden() {
		}

	}

	@ManagedService(name = "finalWork")
	static class FinalWork {

		@Task(every = "1s")
		final void hidden() {
		}

	}

	@ManagedService(name = "neverHappens")
	static class NeverHappens {

		@Worker(name = " ")
		void blank() {
		}

		@OnServiceEvent
		void ofTheEngine(LifecycleEvent.StateChanged event) {
		}

	}

	@ManagedService(name = "twins")
	static class Twins {

		@Worker(name = "same")
		void first() {
		}

		@Worker(name = "same")
		void second() {
		}

	}

	static class NoServiceFactory implements FactoryBean<NoService> {

		@Override
		public NoService getObject() {
			return new NoService();
		}

		@Override
		public Class<?> getObjectType() {
			return NoService.class;
		}

	}

	@Scope("prototype")
	static class ScopedNoService extends NoService {

	}

	static class ClassProxies implements BeanPostProcessor {

		final List<String> calls = new ArrayList<>();

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!Set.of(Proxied.class, PrivateWork.class, FinalWork.class).contains(bean.getClass())) {
				return bean;
			}
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(true);
			factory.addAdvice((MethodInterceptor) (invocation) -> {
				this.calls.add(invocation.getMethod().getName());
				return invocation.proceed();
			});
			return factory.getProxy();
		}

	}

	@ManagedService(name = "wrong")
	static class Wrong {

		@Task(every = "5m", cron = "0 0 3 * * *")
		void both() {
		}

		@Task(cron = "at noon")
		void cron() {
		}

		@Worker(delay = "soon", window = "0s", heartbeat = "-1s", maxRestarts = -2)
		void durations() {
		}

		@Task(initialDelay = "1s", jitter = "1s")
		void onDemand() {
		}

		@Worker
		void parameters(String text) {
		}

		@OnServiceEvent(source = "mai")
		void source(String event) {
		}

		@Worker
		static void staticWorker() {
		}

		@Task(name = "same", every = "5m")
		void twin1() {
		}

		@Task(name = "same", every = "5m")
		void twin2() {
		}

		@OnServiceEvent
		void twoEvents(String first, String second) {
		}

	}

	static class NoService {

		@Worker
		void work() {
		}

		@OnServiceEvent
		void xOnEvent(String event) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegisteredBean {

		@Bean
		Registered registered() {
			return new Registered();
		}

		@Bean
		ServiceRegistration feed(Registered registered) {
			return new ServiceRegistration("feed", registered);
		}

	}

	@ManagedService(name = "springMethods")
	static class SpringMethods {

		@Scheduled(fixedDelay = 1000)
		void scheduled() {
		}

		@EventListener
		void on(String event) {
		}

	}

	record Changed<T>(T value) {

	}

	@ManagedService
	static class OfChanges {

		@OnServiceEvent
		void any(Changed<?> event) {
		}

		@OnServiceEvent
		void number(Changed<Integer> event) {
		}

	}

}
