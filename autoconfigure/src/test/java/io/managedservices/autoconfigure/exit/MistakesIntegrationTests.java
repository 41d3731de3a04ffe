// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.managedservices.ManagedServices;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.autoconfigure.item.ManagedServicesItemsAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The mistakes that newcomers make: each is answered with what is wrong, where, why, and
 * what to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class MistakesIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				ManagedServicesAutoConfiguration.class, ManagedServicesItemsAutoConfiguration.class))
		.withPropertyValues("managed-services.defaults.retry.max-retries=1",
				"managed-services.defaults.retry.delay=1ms")
		.withBean("ok", Mistakes.Ok.class);

	static Stream<Mistake> code() {
		return Stream.of(
				mistake("a dependency is misspelt").in(Mistakes.Misspelt.class)
					.says("'misspelt' depends on 'okk'", "dependsOn of @ManagedService on class Misspelt",
							"there is no service of that name", "Did you mean 'ok'?"),
				mistake("a dependency has a capital letter").in(Mistakes.Capital.class)
					.says("'capital' depends on 'Ok'", "dependsOn of @ManagedService on class Capital",
							"there is no service of that name", "Did you mean 'ok'?"),
				mistake("a service depends on itself").in(Mistakes.Self.class)
					.says("'self' depends on itself", "dependsOn of @ManagedService on class Self", "Remove 'self'"),
				mistake("two services depend on one another").in(Mistakes.First.class, Mistakes.Second.class)
					.says("form a cycle", "first needs second: dependsOn of @ManagedService on class First",
							"Remove one of these edges", "excludeDependencies"),
				mistake("a dependency is a plain bean").in(Mistakes.Plain.class, Mistakes.OnPlain.class)
					.says("'onPlain' depends on 'plain'", "dependsOn of @ManagedService on class OnPlain",
							"there is no service of that name", "Annotate the bean 'plain' with @ManagedService"),
				mistake("nothing is excluded").in(Mistakes.Excludes.class)
					.says("excludes its dependency on 'ok'", "@ManagedService on class Excludes",
							"has no such dependency", "Remove 'ok' from excludeDependencies"),
				mistake("two services have one name").in(Mistakes.Twin.class)
					.says("Two services have the name 'ok'", "class Ok", "class Twin",
							"another name: @ManagedService(name ="),
				mistake("a name is blank").in(Mistakes.Nameless.class)
					.says("The name ' '", "ServiceRegistration bean 'nameless'", "it is blank",
							"Give the service another name"),
				mistake("a service is a prototype").in(Mistakes.Prototype.class)
					.says("the scope of bean 'mistakes.Prototype' is 'prototype'", "has to be a singleton",
							"Make bean 'mistakes.Prototype' a singleton"),
				mistake("a SmartLifecycle starts by itself").in(Mistakes.Smart.class)
					.says("'smart' is a SmartLifecycle that Spring starts, too", "would be started twice",
							"Let isAutoStartup() of bean 'mistakes.Smart' return false"),
				mistake("startMethod is misspelt").in(Mistakes.StartMethod.class)
					.says("has no method 'conect'", "startMethod of @ManagedService on class StartMethod",
							"expected one in class", "Correct startMethod"),
				mistake("nothing calls start").in(Mistakes.Uncalled.class)
					.says("has a method 'start'", "@ManagedService on class Uncalled",
							"nothing says that the service is started and stopped with it",
							"@ManagedService(startMethod = \"start\")"),
				mistake("a duration has words").in(Mistakes.Interval.class)
					.says("invalid every of @Task", "@Task on method Interval.recount", "such as 500ms or 10s",
							"found '5 minutes'", "Correct every"),
				mistake("an interval is zero").in(Mistakes.ZeroInterval.class)
					.says("invalid every of @Task", "@Task on method ZeroInterval.recount", "above 0", "found '0s'",
							"Correct every"),
				mistake("an interval is too short").in(Mistakes.ShortInterval.class)
					.says("invalid every of @Task", "@Task on method ShortInterval.recount", "expected 1ms or more",
							"found '999us'", "Correct every"),
				mistake("a placeholder has no property").in(Mistakes.Placeholder.class)
					.says("invalid every of @Task", "@Task on method Placeholder.recount", "found '${recuont.every}'",
							"give it a default: ${name:10s}"),
				mistake("a cron expression has five fields").in(Mistakes.FiveFields.class)
					.says("invalid cron of @Task", "@Task on method FiveFields.recount", "'0 */5 * * * *'", "6 fields",
							"Correct cron"),
				mistake("a task has two times").in(Mistakes.TwoTimes.class)
					.says("every '5m' and cron '0 0 3 * * *'", "@Task on method TwoTimes.recount",
							"expected one of them", "Remove one of them"),
				mistake("jitter is longer than the interval").in(Mistakes.Jitter.class)
					.says("invalid jitter of @Task", "@Task on method Jitter.recount", "less than its interval '5m'",
							"found '10m'", "Correct jitter"),
				mistake("a cron has an initial delay").in(Mistakes.Initial.class)
					.says("initialDelay '10s' and cron", "@Task on method Initial.recount",
							"which says itself when it comes first", "remove initialDelay"),
				mistake("zone, delay and zone without cron").in(Mistakes.Zone.class)
					.says("3 problems", "expected a time zone such as 'Europe/Berlin'", "found 'Berlin'",
							"a zone is for cron only", "found 'long'", "1. Correct zone", "3. Correct maxDelay"),
				mistake("two tasks have one name").in(Mistakes.SameTasks.class)
					.says("has two tasks 't'", "@Task on method SameTasks.two", "@Task(name = \"…\")"),
				mistake("a task is static").in(Mistakes.StaticTask.class)
					.says("static method 'recount' as work", "@Task on method StaticTask.recount",
							"expected one of the bean", "Make StaticTask.recount not static"),
				mistake("a task returns a future").in(Mistakes.Future.class)
					.says("returns a 'CompletableFuture'", "@Task on method Future.recount", "nothing waits",
							"Let Future.recount wait"),
				mistake("a name of a task is misspelt").in(Mistakes.TaskName.class)
					.says("'taskName' failed to start", "has no task 'recuont'", "there is 'recount'",
							"It is not tried again: java.lang.IllegalArgumentException is a mistake in the program"),
				mistake("a worker takes text").in(Mistakes.Parameter.class)
					.says("with parameters [String]", "@Worker on method Parameter.listen",
							"expected none, or any of 'WorkerContext'", "Correct the parameters"),
				mistake("a worker is in a plain bean").in(Mistakes.NoService.class)
					.says("'noService' has a method 'listen'", "annotated as work of a service, and is no service",
							"Annotate the bean 'noService' with @ManagedService"),
				mistake("settings of a worker are negative").in(Mistakes.WorkerSettings.class)
					.says("2 problems", "invalid delay of @Worker", "found '-1s'", "-1 for no limit",
							"@Worker on method WorkerSettings.listen", "2. Correct maxRestarts"),
				mistake("a heartbeat is zero").in(Mistakes.Heartbeat.class)
					.says("invalid heartbeat of @Worker", "@Worker on method Heartbeat.listen", "above 0", "found '0s'",
							"Correct heartbeat"),
				mistake("the source of events is misspelt").in(Mistakes.Source.class)
					.says("hooks the events of 'okk'", "@OnServiceEvent on method Source.on",
							"there is no service of that name", "Did you mean 'ok'?"),
				mistake("a hook takes no event").in(Mistakes.NoEvent.class)
					.says("as a hook with parameters []", "@OnServiceEvent on method NoEvent.on",
							"expected one, the event", "Correct the parameters"),
				mistake("a hook takes two events").in(Mistakes.TwoEvents.class)
					.says("with parameters [String, Integer]", "@OnServiceEvent on method TwoEvents.on",
							"expected one, the event", "Correct the parameters"),
				mistake("a delay of @Retry cannot be read").in(Mistakes.Delay.class)
					.says("unreadable delay of @Retry", "@ManagedService on class Delay", "such as 500ms or 10s",
							"found 'soon'", "Correct delay"),
				mistake("numbers of @Retry are out of range").in(Mistakes.Negative.class)
					.says("2 problems", "-1 for no limit, found -7", "at least 1, found 0.1",
							"@ManagedService on class Negative", "2. Correct multiplier of @Retry"),
				mistake("a timeout of the annotation cannot be read").in(Mistakes.Timeout.class)
					.says("unreadable startTimeout", "@ManagedService on class Timeout", "found 'soon'",
							"Correct startTimeout"),
				mistake("nobody provides a value").in(Mistakes.NoValue.class)
					.says("constructor of class NoValue", "needs a service that provides a 'java.lang.StringBuilder'",
							"no service is declared to provide anything",
							"@ManagedService(provides = StringBuilder.class)"),
				mistake("a value has another type").in(Mistakes.WrongValue.class)
					.says("'wrongValue' failed to start", "another type than it is declared to",
							"expected 'java.lang.StringBuilder', found 'java.lang.String'",
							"Correct provides of 'wrongValue'", "It is not tried again"),
				mistake("a value is provided too early").in(Mistakes.EarlyValue.class)
					.says("'earlyValue' failed to prepare", "provides a value in its prepare",
							"expected in its start, or later", "Move it to its start"),
				mistake("there is no item service").in(Mistakes.NoItems.class)
					.says("constructor of class NoItems", "ids of type 'java.lang.Long'", "there is no item service",
							"implement ItemService<Long>"),
				mistake("ids are integers").in(Mistakes.IntegerItems.class)
					.says("item service 'integerItems'", "'java.lang.Integer'", "expected Long, UUID or String",
							"implement ItemService<Long>"),
				mistake("a dependency is not declared").in(Mistakes.Wrong.class)
					.says("'wrong' failed to start", "does not depend on 'ok'", "add it to dependsOn of 'wrong'",
							"It is not tried again"),
				mistake("a dependency has another type").in(Mistakes.WrongType.class)
					.says("'wrongType' failed to start", "Service 'ok' has another type", "expected 'java.lang.String'",
							"It is not tried again"),
				mistake("a name is looked up that is not there").in(Mistakes.Looking.class)
					.says("'looking' failed to start", "There is no service 'okk'", "Did you mean 'ok'?",
							"It is not tried again"),
				mistake("prepare fails").in(Mistakes.Unprepared.class)
					.says("'unprepared' failed to prepare", "no address", "A prepare is not tried again",
							"unprepared.required"),
				mistake("start fails").in(Mistakes.Failing.class)
					.says("'failing' failed to start after 2 of 2 attempts", "refused",
							"managed-services.services.failing.retry.max-retries above 1"),
				mistake("start hangs").in(Mistakes.Hanging.class)
					.says("'hanging' failed to start", "did not return within PT0.05S",
							"raise managed-services.services.hanging.start-timeout"),
				mistake("a required service needs a broken optional one")
					.in(Mistakes.Optional.class, Mistakes.NeedsOptional.class)
					.says("'optional' failed to start", "Required services that wait for it",
							"needsOptional → optional", "managed-services.services.needsOptional.required"));
	}

	@ParameterizedTest
	@MethodSource("code")
	void startWhenCodeIsMistakenSaysWhatToDo(Mistake mistake) {
		check(mistake);
	}

	static Stream<Mistake> configuration() {
		return Stream.of(
				mistake("a service is not there").with("managed-services.services.okk.required=false")
					.says("configures service 'okk'", "property source", "there is no service of that name",
							"Did you mean 'ok'?"),
				mistake("a key is misspelt").with("managed-services.services.ok.start-timeot=5s")
					.says("does not exist", "there are required, activation",
							"Did you mean 'managed-services.services.ok.start-timeout'?"),
				mistake("a mode is misspelt").with("managed-services.startup.mood=await")
					.says("does not exist", "there are mode, timeout, on-failure",
							"Did you mean 'managed-services.startup.mode'?"),
				mistake("a key is one level too high").with("managed-services.services.ok.max-retries=5")
					.says("does not exist", "Did you mean 'managed-services.services.ok.retry.max-retries'?"),
				mistake("a key of health is one level too high").with("managed-services.services.ok.interval=5s")
					.says("does not exist", "Did you mean 'managed-services.services.ok.health.interval'?"),
				mistake("defaults are left out").with("managed-services.start-timeout=5s")
					.says("does not exist", "Did you mean 'managed-services.defaults.start-timeout'"),
				mistake("services is in the singular").with("managed-services.service.ok.required=false")
					.says("does not exist", "Did you mean 'managed-services.services.ok.required'?"),
				mistake("a service is switched off").with("managed-services.services.ok.enabled=false")
					.says("does not exist", "Did you mean 'managed-services.services.ok.activation'?"),
				mistake("a service is optional").with("managed-services.services.ok.optional=true")
					.says("does not exist", "Did you mean 'managed-services.services.ok.required'?"),
				mistake("attempts are set").with("managed-services.services.ok.retry.max-attempts=3")
					.says("does not exist", "Did you mean 'managed-services.services.ok.retry.max-retries'?"),
				mistake("dependencies are set").with("managed-services.services.ok.depends-on=db")
					.says("does not exist", "It is declared in code: @ManagedService(dependsOn = \"…\")"),
				mistake("a duration cannot be read").with("managed-services.defaults.start-timeout=soon")
					.says("is invalid", "property source", "such as 500ms, 10s or 2m", "found 'soon'",
							"Correct managed-services.defaults.start-timeout"),
				mistake("a mode is unknown").with("managed-services.startup.mode=wait")
					.says("is invalid", "expected one of await, background, prepare, manual", "found 'wait'",
							"Correct managed-services.startup.mode"),
				mistake("an activation is unknown").with("managed-services.services.ok.activation=lazy")
					.says("is invalid", "expected one of enabled, on-demand, disabled", "found 'lazy'"),
				mistake("a class is unknown").with("managed-services.services.ok.retry.excludes=Nope")
					.says("is invalid", "the name of a class of exceptions", "found 'Nope'"),
				mistake("a duration is negative").with("managed-services.services.ok.start-timeout=-5s")
					.says("'ok' has an invalid start-timeout", "above 0", "found PT-5S",
							"Correct managed-services.services.ok.start-timeout"),
				mistake("a switch is no boolean").with("managed-services.enabled=no way")
					.says("is invalid", "expected true or false", "found 'no way'"),
				mistake("a group has a value").with("managed-services.services.ok.retry=5")
					.says("is '5'", "expected a setting below it", "max-retries, delay"),
				mistake("a gate has the short form").with("managed-services.gates.db=db")
					.says("is 'db'", "expected a setting below it", "Did you mean 'managed-services.gates.db.health'?"),
				mistake("a gate without health").with("managed-services.gates.db.health=database")
					.says("configures 'db'", "no health contributors", "Add spring-boot-starter-actuator"),
				mistake("the shutdown takes longer than Spring waits").with("managed-services.shutdown.timeout=2m")
					.says("is PT2M", "Spring destroys the beans after PT30S",
							"expected less than spring.lifecycle.timeout-per-shutdown-phase",
							"Lower managed-services.shutdown.timeout"),
				mistake("slots and threads are out of range")
					.with("managed-services.work.max-threads=0", "managed-services.work.task-slots=-1")
					.says("2 problems", "1 or more, found -1", "2 or more, found 0",
							"2. Correct managed-services.work.max-threads"),
				mistake("items of no item service").with("managed-services.items.ok.concurrency=2")
					.says("configures item service 'ok'", "there is no item service of that name",
							"Correct or remove managed-services.items.ok"),
				mistake("so many restarts that it is never given up")
					.with("managed-services.services.ok.restart.max-restarts=100")
					.says("invalid restart.max-restarts", "found 100 restarts, whose delays add up to",
							"in a window of PT10M", "Correct managed-services.services.ok.restart.max-restarts"));
	}

	@ParameterizedTest
	@MethodSource("configuration")
	void startWhenConfigurationIsMistakenSaysWhatToDo(Mistake mistake) {
		check(mistake);
	}

	// It is no mistake where the other one is of another profile.
	@Test
	void startWhenNameInAfterIsMisspeltWarns(CapturedOutput output) {
		this.runner.withUserConfiguration(Mistakes.AfterMisspelt.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("WARN")
			.contains(
					"Service 'afterMisspelt' waits for nothing after 'okk' (after of @ManagedService on class AfterMisspelt): there is no service of that name. Did you mean 'ok'?");
	}

	@Test
	void guessesOfSpringUsersAreRight() {
		this.runner.withUserConfiguration(Mistakes.Guessed.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThat(services.snapshot("guessed").attempt().total()).as("maxRetries = -1: no limit")
				.isEqualTo(Integer.MAX_VALUE);
			Awaitility.await().until(() -> context.getBean(Mistakes.Guessed.class).calls.contains("fixedDelay"));
			services.queueTask("guessed", "onDemand");
			services.emit("ok", "an event");
			Awaitility.await()
				.until(() -> context.getBean(Mistakes.Guessed.class).calls
					.containsAll(List.of("onDemand", "an event")));
			services.stop("guessed").get(10, TimeUnit.SECONDS);
			services.start("guessed").get(10, TimeUnit.SECONDS);
			services.restart("guessed").get(10, TimeUnit.SECONDS);
		});
	}

	@Test
	void guessThatAskingMakesServiceOnDemandRunIsAnsweredWithWhatDoes() {
		this.runner.withUserConfiguration(Mistakes.Asked.class).run((context) -> {
			ManagedServices services = context.getBean(ManagedServices.class);
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> services.start("asked").get(10, TimeUnit.SECONDS))
				.withMessageContaining("enable it, or demand it in code");
		});
	}

	private void check(Mistake mistake) {
		this.runner.withUserConfiguration(mistake.classes()).withPropertyValues(mistake.properties()).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(text(context.getStartupFailure())).contains(mistake.parts());
		});
	}

	private static String text(Throwable failure) {
		FailureAnalysis analysis = new InvalidServiceGraphFailureAnalyzer().analyze(failure);
		if (analysis == null) {
			analysis = new ServicesStartFailureAnalyzer().analyze(failure);
		}
		return (analysis != null) ? analysis.getDescription() + "\n" + analysis.getAction() : String.valueOf(failure);
	}

	private static Mistake mistake(String name) {
		return new Mistake(name, new Class<?>[0], new String[0], List.of());
	}

	/**
	 * A mistake, and what has to be said about it.
	 *
	 * @param name what somebody did
	 * @param classes the beans
	 * @param properties the properties
	 * @param parts the parts of the message
	 */
	record Mistake(String name, Class<?>[] classes, String[] properties, List<String> parts) {

		Mistake in(Class<?>... mistaken) {
			return new Mistake(this.name, mistaken, this.properties, this.parts);
		}

		Mistake with(String... mistaken) {
			return new Mistake(this.name, this.classes, mistaken, this.parts);
		}

		Mistake says(String... expected) {
			return new Mistake(this.name, this.classes, this.properties, List.of(expected));
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
