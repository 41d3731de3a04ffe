// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.managedservices.internal.engine.EngineSettings.OnFailure;
import io.managedservices.internal.graph.RestartSettings.OnGiveUp;
import io.managedservices.internal.graph.RestartSettings.Policy;
import io.managedservices.internal.lifecycle.StartupMode;
import io.managedservices.state.Activation;

/**
 * Properties of managed services. Immutable.
 *
 * @param enabled Whether the services of the application are managed. If not, nothing of
 * managed services exists, and beans that are services are plain beans.
 * @param startup Start of all services.
 * @param shutdown Quiescing and stop of all services.
 * @param defaults Settings of every service that does not set its own.
 * @param services Settings by the name of the service, over those of its annotation. A
 * name with dots or other signs than letters, digits and dashes stands in brackets:
 * '[my.service]'.
 * @param gates Services that run while a health contributor is UP, by the name of the
 * service: 'managed-services.gates.database.health=db' makes a service 'database' that
 * others can depend on.
 * @param work Limits of the work inside all services together.
 * @param web What is answered to requests.
 * @since 0.1.0
 */
@ConfigurationProperties("managed-services")
public record ManagedServicesProperties(@DefaultValue("true") boolean enabled, @DefaultValue Startup startup,
		@DefaultValue Shutdown shutdown, @DefaultValue Defaults defaults, @DefaultValue Map<String, Service> services,
		@DefaultValue Map<String, Gate> gates, @DefaultValue Work work, @DefaultValue Web web) {

	/**
	 * The start of all services.
	 *
	 * @param mode Whether the start of the application waits until all required services
	 * run, or goes on in the meantime.
	 * @param timeout How long the start of all services may take.
	 * @param onFailure What the failure of a required service means: that the application
	 * does not start, or that it starts without it and is not ready.
	 */
	public record Startup(@DefaultValue("await") StartupMode mode, @DefaultValue("5m") Duration timeout,
			@DefaultValue("fail") OnFailure onFailure) {

	}

	/**
	 * The stop of all services.
	 *
	 * @param timeout How long quiescing and stopping all services may take together. Has
	 * to be below 'spring.lifecycle.timeout-per-shutdown-phase'; by default 5 seconds
	 * below it, or a sixth of it if that is less.
	 */
	public record Shutdown(@Nullable Duration timeout) {

	}

	/**
	 * Settings of every service that does not set its own.
	 *
	 * @param prepareTimeout How long preparing a service may take.
	 * @param startTimeout How long one attempt to start a service may take.
	 * @param stopTimeout How long stopping a service may take, with all attempts and the
	 * waits between them.
	 * @param retry How a failed start or stop is retried.
	 * @param restart What happens when a service fails while it is running.
	 * @param health When the checks of a service are made.
	 * @param watchdog How long a running service may go without a beat before it fails.
	 * By default as long as it likes.
	 * @param eventBuffer How many events wait for the hooks of a service at most, 1 or
	 * more; then the oldest one is dropped and counted. Hooks with a buffer of their own
	 * do not count.
	 */
	public record Defaults(@DefaultValue("30s") Duration prepareTimeout, @DefaultValue("2m") Duration startTimeout,
			@DefaultValue("20s") Duration stopTimeout, @DefaultValue DefaultRetry retry,
			@DefaultValue DefaultRestart restart, @DefaultValue DefaultHealth health, @Nullable Duration watchdog,
			@DefaultValue("1000") int eventBuffer) {

	}

	/**
	 * How a failed start or stop is retried.
	 *
	 * @param maxRetries How often it is tried again, -1 for no limit; attempts in all are
	 * one more.
	 * @param delay Wait before the first retry.
	 * @param multiplier What the wait is multiplied with after each retry.
	 * @param maxDelay Longest wait.
	 * @param jitter By how much each wait varies at random, up and down.
	 * @param excludes Types of exceptions that are not tried again.
	 * @param includes Types of exceptions that are tried again, unless they are excluded,
	 * although they are mistakes in the program, such as 'java.lang.LinkageError'.
	 */
	public record DefaultRetry(@DefaultValue("3") int maxRetries, @DefaultValue("1s") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("30s") Duration maxDelay,
			@DefaultValue("0ms") Duration jitter, @DefaultValue List<Class<? extends Throwable>> excludes,
			@DefaultValue List<Class<? extends Throwable>> includes) {

	}

	/**
	 * What happens when a service fails, or ends, while it is running.
	 *
	 * @param policy When it is started again.
	 * @param maxRestarts How often it is started again within the window, -1 for no
	 * limit; one failure more, and it is given up.
	 * @param window Time within which restarts count. A service that ran longer begins
	 * with the first delay again.
	 * @param delay Wait before the first restart.
	 * @param multiplier What the wait is multiplied with after each restart.
	 * @param maxDelay Longest wait.
	 * @param onGiveUp What it means for the application that a required service is given
	 * up.
	 */
	public record DefaultRestart(@DefaultValue("on-failure") Policy policy, @DefaultValue("5") int maxRestarts,
			@DefaultValue("10m") Duration window, @DefaultValue("1s") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("1m") Duration maxDelay,
			@DefaultValue("degrade") OnGiveUp onGiveUp) {

	}

	/**
	 * When the checks of a service are made, and what they mean.
	 *
	 * @param interval From the end of one round of checks to the next.
	 * @param timeout How long one round of checks may take.
	 * @param failureThreshold How many health checks in a row have to fail for the
	 * service to fail, 0 for never.
	 * @param errorBuffer How many of the errors that a service reports are kept, 1 to
	 * 10000; older ones are counted.
	 */
	public record DefaultHealth(@DefaultValue("15s") Duration interval, @DefaultValue("5s") Duration timeout,
			@DefaultValue("0") int failureThreshold, @DefaultValue("50") int errorBuffer) {

	}

	/**
	 * Settings of one service.
	 *
	 * @param required Whether the application needs it.
	 * @param activation Whether it runs, runs only on demand, or never runs.
	 * @param prepareTimeout How long preparing it may take.
	 * @param startTimeout How long one attempt to start it may take.
	 * @param stopTimeout How long stopping it may take, with all attempts and the waits
	 * between them.
	 * @param retry How a failed start or stop is retried.
	 * @param restart What happens when it fails while it is running.
	 * @param health When its checks are made.
	 * @param watchdog How long it may run without a beat before it fails.
	 * @param eventBuffer How many events wait for its hooks at most, 1 or more; then the
	 * oldest one is dropped and counted. Hooks with a buffer of their own do not count.
	 */
	public record Service(@Nullable Boolean required, @Nullable Activation activation,
			@Nullable Duration prepareTimeout, @Nullable Duration startTimeout, @Nullable Duration stopTimeout,
			@DefaultValue Retry retry, @DefaultValue Restart restart, @DefaultValue Health health,
			@Nullable Duration watchdog, @Nullable Integer eventBuffer) {

	}

	/**
	 * How a failed start or stop of one service is retried.
	 *
	 * @param maxRetries How often it is tried again, -1 for no limit; attempts in all are
	 * one more.
	 * @param delay Wait before the first retry.
	 * @param multiplier What the wait is multiplied with after each retry.
	 * @param maxDelay Longest wait.
	 * @param jitter By how much each wait varies at random, up and down.
	 * @param excludes Types of exceptions that are not tried again.
	 * @param includes Types of exceptions that are tried again, unless they are excluded,
	 * although they are mistakes in the program, such as 'java.lang.LinkageError'.
	 */
	public record Retry(@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Duration jitter, @Nullable List<Class<? extends Throwable>> excludes,
			@Nullable List<Class<? extends Throwable>> includes) {

	}

	/**
	 * What happens when one service fails, or ends, while it is running.
	 *
	 * @param policy When it is started again.
	 * @param maxRestarts How often it is started again within the window, -1 for no
	 * limit; one failure more, and it is given up.
	 * @param window Time within which restarts count.
	 * @param delay Wait before the first restart.
	 * @param multiplier What the wait is multiplied with after each restart.
	 * @param maxDelay Longest wait.
	 * @param onGiveUp What it means for the application that it is given up, if it is
	 * required.
	 */
	public record Restart(@Nullable Policy policy, @Nullable Integer maxRestarts, @Nullable Duration window,
			@Nullable Duration delay, @Nullable Double multiplier, @Nullable Duration maxDelay,
			@Nullable OnGiveUp onGiveUp) {

	}

	/**
	 * When the checks of one service are made, and what they mean.
	 *
	 * @param interval From the end of one round of checks to the next.
	 * @param timeout How long one round of checks may take.
	 * @param failureThreshold How many health checks in a row have to fail for the
	 * service to fail, 0 for never.
	 * @param errorBuffer How many of the errors that it reports are kept, 1 to 10000;
	 * older ones are counted.
	 */
	public record Health(@Nullable Duration interval, @Nullable Duration timeout, @Nullable Integer failureThreshold,
			@Nullable Integer errorBuffer) {

	}

	/**
	 * A service that runs while a health contributor is UP.
	 *
	 * @param health Name of the health contributor, such as 'db', or the path to one in a
	 * composite, such as 'db/primary'.
	 * @param interval From the end of one query to the next while it is UP, and the
	 * longest wait for the next one while it is not.
	 * @param timeout How long one query may take.
	 * @param failureThreshold How many queries in a row have to find it not UP, or go
	 * unanswered, for the service to fail.
	 */
	public record Gate(@Nullable String health, @DefaultValue("5s") Duration interval,
			@DefaultValue("5s") Duration timeout, @DefaultValue("1") int failureThreshold) {

	}

	/**
	 * Limits of the work inside all services together.
	 *
	 * @param taskSlots How many tasks run at once, 1 or more. By default as many as there
	 * are processors, at least 2.
	 * @param longTask How long a task keeps its slot; after that the next one begins,
	 * while it goes on.
	 * @param microTasks Limits of micro-tasks.
	 * @param maxThreads How many platform threads each kind of work has at most, 2 or
	 * more. While all are in use further work waits for one, also micro-tasks of high
	 * priority and what has waited as long as it may. Virtual threads have no limit.
	 * @param failuresKept How many failures in the work of each service are kept to be
	 * shown, 1 or more; older ones are counted.
	 * @param exposedEventBuffer How many events whose type is exposed wait for each
	 * listener at most, 1 or more; further ones are dropped for it and counted.
	 */
	public record Work(@Nullable Integer taskSlots, @DefaultValue("1m") Duration longTask,
			@DefaultValue MicroTasks microTasks, @DefaultValue("500") int maxThreads,
			@DefaultValue("20") int failuresKept, @DefaultValue("10000") int exposedEventBuffer) {

	}

	/**
	 * What is answered to requests.
	 *
	 * @param problemdetails Answers to requests for a service that does not run.
	 */
	public record Web(@DefaultValue Problemdetails problemdetails) {

	}

	/**
	 * Answers to requests for a service that does not run.
	 *
	 * @param enabled Whether a 'ServiceException' that nobody handles is answered with
	 * 503 and a problem detail, in MVC and in WebFlux.
	 */
	public record Problemdetails(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * Limits of micro-tasks.
	 *
	 * @param limit How many micro-tasks run at once, 2 or more. By default twice as many
	 * as there are processors, at least 2. Those of high priority, and those that have
	 * waited too long, begin regardless.
	 * @param mediumMaxDelay How long a micro-task of medium priority waits at most.
	 * @param lowMaxDelay How long a micro-task of low priority waits at most.
	 */
	public record MicroTasks(@Nullable Integer limit, @DefaultValue("1s") Duration mediumMaxDelay,
			@DefaultValue("3s") Duration lowMaxDelay) {

	}

}
