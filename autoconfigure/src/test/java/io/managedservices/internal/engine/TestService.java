// SPDX-License-Identifier: Apache-2.0
package io.managedservices.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.managedservices.internal.graph.RestartSettings;
import io.managedservices.internal.graph.RetrySettings;
import io.managedservices.internal.graph.ServiceCallbacks;
import io.managedservices.internal.graph.ServiceCallbacks.Callback;
import io.managedservices.internal.graph.ServiceCallbacks.Check;
import io.managedservices.internal.graph.ServiceCallbacks.Notice;
import io.managedservices.internal.graph.ServiceDefinition;
import io.managedservices.internal.graph.ServiceSettings;
import io.managedservices.internal.graph.ServiceSettings.Health;
import io.managedservices.state.Activation;
import io.managedservices.state.ServiceDependency;
import io.managedservices.state.ServiceDependency.Kind;
import io.managedservices.state.ServiceDescriptor;
import io.managedservices.state.ServiceKind;

/**
 * A service that a test puts together from lambdas. For use by one thread.
 */
final class TestService {

	private final String name;

	private final List<ServiceDependency> dependencies = new ArrayList<>();

	private @Nullable Callback prepare;

	private @Nullable Callback start;

	private @Nullable Callback stop;

	private @Nullable Check checkReady;

	private @Nullable Check checkHealth;

	private @Nullable Notice notice;

	private @Nullable Callback quiesce;

	private boolean required = true;

	private Duration prepareTimeout = ServiceSettings.DEFAULTS.prepareTimeout();

	private Duration startTimeout = ServiceSettings.DEFAULTS.startTimeout();

	private Duration stopTimeout = ServiceSettings.DEFAULTS.stopTimeout();

	private RetrySettings retry = ServiceSettings.DEFAULTS.retry();

	private RestartSettings restart = ServiceSettings.DEFAULTS.restart();

	private @Nullable Class<?> provides;

	private Activation activation = Activation.ENABLED;

	private Health health = ServiceSettings.DEFAULTS.health();

	private Duration watchdog;

	private @Nullable String lease;

	private Duration idleTimeout = ServiceSettings.DEFAULTS.idleTimeout();

	private TestService(String name) {
		this.name = name;
	}

	static TestService named(String name) {
		return new TestService(name);
	}

	TestService dependsOn(String... names) {
		for (String dependency : names) {
			this.dependencies.add(new ServiceDependency(dependency, Kind.REQUIRED, "test"));
		}
		return this;
	}

	TestService prepare(Callback callback) {
		this.prepare = callback;
		return this;
	}

	TestService start(Callback callback) {
		this.start = callback;
		return this;
	}

	TestService stop(Callback callback) {
		this.stop = callback;
		return this;
	}

	TestService quiesce(Callback callback) {
		this.quiesce = callback;
		return this;
	}

	TestService checkReady(Check check) {
		this.checkReady = check;
		return this;
	}

	TestService checkHealth(Check check) {
		this.checkHealth = check;
		return this;
	}

	TestService optional() {
		this.required = false;
		return this;
	}

	TestService prepareTimeout(Duration timeout) {
		this.prepareTimeout = timeout;
		return this;
	}

	TestService startTimeout(Duration timeout) {
		this.startTimeout = timeout;
		return this;
	}

	TestService stopTimeout(Duration timeout) {
		this.stopTimeout = timeout;
		return this;
	}

	TestService retry(RetrySettings settings) {
		this.retry = settings;
		return this;
	}

	TestService health(Duration interval, Duration timeout) {
		this.health = new Health(interval, timeout, this.health.failureThreshold(), this.health.errorBuffer());
		return this;
	}

	TestService after(String... names) {
		for (String predecessor : names) {
			this.dependencies.add(new ServiceDependency(predecessor, Kind.AFTER, "test"));
		}
		return this;
	}

	TestService notice(Notice newNotice) {
		this.notice = newNotice;
		return this;
	}

	TestService restart(RestartSettings settings) {
		this.restart = settings;
		return this;
	}

	TestService activation(Activation newActivation) {
		this.activation = newActivation;
		return this;
	}

	TestService failureThreshold(int failures) {
		this.health = new Health(this.health.interval(), this.health.timeout(), failures, this.health.errorBuffer());
		return this;
	}

	TestService watchdog(Duration timeout) {
		this.watchdog = timeout;
		return this;
	}

	TestService lease(String name) {
		this.lease = name;
		return this;
	}

	TestService idleTimeout(Duration timeout) {
		this.idleTimeout = timeout;
		return this;
	}

	TestService errorBuffer(int size) {
		this.health = new Health(this.health.interval(), this.health.timeout(), this.health.failureThreshold(), size);
		return this;
	}

	TestService provides(Class<?> type) {
		this.provides = type;
		return this;
	}

	ServiceDefinition build() {
		return new ServiceDefinition(
				new ServiceDescriptor(this.name, this.required, this.activation, List.copyOf(this.dependencies),
						ServiceKind.BEAN, this.lease),
				this,
				new ServiceCallbacks(this.prepare, this.start, this.stop, this.checkReady, this.checkHealth,
						this.notice, this.quiesce),
				new ServiceSettings(this.prepareTimeout, this.startTimeout, this.stopTimeout, this.retry, this.restart,
						this.health)
					.withWatchdog(this.watchdog)
					.withIdleTimeout(this.idleTimeout),
				this.provides, List.of());
	}

}
