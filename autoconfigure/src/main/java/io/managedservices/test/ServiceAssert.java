// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import io.managedservices.internal.line.Guarded;
import io.managedservices.internal.text.FailureText;
import io.managedservices.monitor.ServiceSnapshot;
import io.managedservices.monitor.ServiceSnapshot.Timings;
import io.managedservices.state.Condition;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceState;

/**
 * Assertions on one service, as it was when {@link ServicesAssert#service} was called. To
 * be used by one thread.
 *
 * @since 0.1.0
 */
public final class ServiceAssert extends AbstractAssert<ServiceAssert, ServiceSnapshot> {

	private final ServicesAssert services;

	ServiceAssert(ServiceSnapshot service, ServicesAssert services) {
		super(service, ServiceAssert.class);
		this.services = services;
		this.info.description(services.descriptionText());
	}

	/**
	 * Goes back to the services.
	 * @return the assertions on all services
	 */
	public ServicesAssert and() {
		return this.services;
	}

	/**
	 * Verifies that the service is running.
	 * @return this
	 */
	public ServiceAssert isRunning() {
		return isIn(ServiceState.RUNNING);
	}

	/**
	 * Verifies that the service is in a state.
	 * @param state the state
	 * @return this
	 */
	public ServiceAssert isIn(ServiceState state) {
		return verify(this.actual.state() == state, "to be %s, but it is %s".formatted(state, this.actual.state()));
	}

	/**
	 * Verifies that the service is running and its readiness check passes.
	 * @return this
	 */
	public ServiceAssert isReady() {
		return verify(this.actual.ready(), "to be ready, but it is not");
	}

	/**
	 * Verifies that the service has not failed, its health check passes, no condition of
	 * it is an error, and it has reported no error.
	 * @return this
	 */
	public ServiceAssert isHealthy() {
		return verify(this.actual.healthy(), "to be healthy, but it is not");
	}

	/**
	 * Verifies that the service depends on others directly, and perhaps on more than
	 * these. To come {@code after} a service is not to depend on it.
	 * @param names their names
	 * @return this
	 */
	public ServiceAssert dependsOn(String... names) {
		List<ServiceDependency> dependencies = this.actual.service().dependencies();
		for (String name : names) {
			this.services.snapshot(name);
			if (dependencies.stream()
				.noneMatch((dependency) -> dependency.name().equals(name) && dependency.kind() == Kind.REQUIRED)) {
				String found = dependencies.isEmpty() ? "nothing"
						: dependencies.stream().map(ServiceAssert::describe).collect(Collectors.joining(", "));
				fail("to depend on '%s', but it depends on %s.".formatted(name, found));
			}
		}
		return this;
	}

	private static String describe(ServiceDependency dependency) {
		return "'" + dependency.name() + "'" + ((dependency.kind() == Kind.AFTER) ? " (after)" : "");
	}

	/**
	 * Verifies that the last start of the service began when another service had started,
	 * or at that moment.
	 * @param name the name of the other service
	 * @return this
	 */
	public ServiceAssert startedAfter(String name) {
		ServiceSnapshot other = this.services.snapshot(name);
		Instant began = this.actual.timings().startedAt();
		Instant ran = ran(other.timings());
		String found = null;
		if (began == null) {
			found = "it has not been started";
		}
		else if (ran == null) {
			found = "'%s' has not started".formatted(name);
		}
		else if (began.isBefore(ran)) {
			found = "its start began at %s, and '%s' was running from %s on".formatted(began, name, ran);
		}
		if (found != null) {
			throwAssertionError(
					this.services.message(expected("to have started after '%s', but %s:".formatted(name, found)),
							List.of(other, this.actual)));
		}
		return this;
	}

	private static @Nullable Instant ran(Timings timings) {
		Instant began = timings.startedAt();
		Duration took = timings.start();
		return (began != null && took != null) ? began.plus(took) : null;
	}

	/**
	 * Verifies that the service waits for another one: the root cause, or any service on
	 * the way to it.
	 * @param name the name of the other service
	 * @return this
	 */
	public ServiceAssert isBlockedBy(String name) {
		this.services.snapshot(name);
		List<String> blockers = this.services.blockers(this.actual.name()).stream().map(ServiceSnapshot::name).toList();
		return verify(blockers.contains(name), "to be blocked by '%s', but %s".formatted(name,
				blockers.isEmpty() ? "nothing blocks it" : "it is blocked by '" + String.join("', '", blockers) + "'"));
	}

	/**
	 * Verifies that the last failure of the service is of a type, or was caused by one of
	 * that type.
	 * @param type the type
	 * @return this
	 */
	public ServiceAssert failedWith(Class<? extends Throwable> type) {
		return failedWith(type, "");
	}

	/**
	 * Verifies that the last failure of the service is of a type and its message contains
	 * a text, or was caused by such a failure.
	 * @param type the type
	 * @param messagePart a part of the message
	 * @return this
	 */
	public ServiceAssert failedWith(Class<? extends Throwable> type, String messagePart) {
		Throwable failure = this.actual.failure();
		if (chain(failure).noneMatch(
				(each) -> type.isInstance(each) && String.valueOf(Guarded.message(each)).contains(messagePart))) {
			String what = type.getName() + (messagePart.isEmpty() ? "" : " and a message with '" + messagePart + "'");
			fail("to have failed with %s, but %s".formatted(what,
					(failure != null) ? "its failure is " + FailureText.of(failure) : "it has no failure."));
		}
		return this;
	}

	private static Stream<Throwable> chain(@Nullable Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		List<Throwable> chain = new ArrayList<>();
		for (Throwable each = failure; each != null && seen.add(each); each = Guarded.cause(each)) {
			chain.add(each);
		}
		return chain.stream();
	}

	/**
	 * Verifies that the service has a condition.
	 * @param id the id of the condition
	 * @return this
	 */
	public ServiceAssert hasCondition(String id) {
		if (conditions().stream().noneMatch((condition) -> condition.id().equals(id))) {
			fail("to have the condition '%s', but it has%s".formatted(id, describeConditions()));
		}
		return this;
	}

	/**
	 * Verifies that the service has no condition.
	 * @return this
	 */
	public ServiceAssert hasNoConditions() {
		if (!conditions().isEmpty()) {
			fail("to have no conditions, but it has%s".formatted(describeConditions()));
		}
		return this;
	}

	private List<Condition> conditions() {
		return this.actual.reports().conditions();
	}

	private String describeConditions() {
		return conditions().isEmpty() ? " none."
				: conditions().stream()
					.map((condition) -> "\n  %s '%s': %s: %s".formatted(condition.severity(), condition.id(),
							condition.title(), condition.message()))
					.collect(Collectors.joining());
	}

	private ServiceAssert verify(boolean fulfilled, String expectation) {
		if (!fulfilled) {
			throwAssertionError(this.services.message(expected(expectation + ":"), List.of(this.actual)));
		}
		return this;
	}

	private void fail(String expectation) {
		throwAssertionError(new FailureMessage(expected(expectation)));
	}

	private String expected(String expectation) {
		return "Expected service '%s' %s".formatted(this.actual.name(), expectation);
	}

}
