// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.context.Lifecycle;
import org.springframework.core.annotation.MergedAnnotation;

import io.managedservices.internal.text.Given;
import io.managedservices.state.Activation;

/**
 * Registers a service programmatically: a bean of this type is to a service what Boot's
 * {@code ServletRegistrationBean} is to a servlet. Attributes that are left out have the
 * defaults of {@link ManagedService}. <pre class="code">
 * &#64;Bean
 * ServiceRegistration feed(FeedProperties properties) {
 * 	return new ServiceRegistration("feed", new Feed(properties)).dependsOn("database");
 * }
 * </pre>
 * <p>
 * One that is no bean is given to {@link ServiceRegistry#register} at run time, or to
 * {@link SubServices}. To be configured by one thread before the services are discovered,
 * or it is registered.
 *
 * @since 0.1.0
 */
public final class ServiceRegistration {

	private final String name;

	private final @Nullable ServiceLifecycle lifecycle;

	private final @Nullable Supplier<? extends Lifecycle> supplier;

	private final List<String> dependsOn = new ArrayList<>();

	private final List<String> after = new ArrayList<>();

	private final List<String> excludeDependencies = new ArrayList<>();

	private Activation activation = Activation.ENABLED;

	private final Retry.Spec retry = new Retry.Spec();

	private final Restart.Spec restart = new Restart.Spec();

	private final HealthCheck.Spec health = new HealthCheck.Spec();

	/** Those of {@link ManagedService} that are set, but for the lists and activation. */
	private final Map<String, Object> attributes = new LinkedHashMap<>();

	/**
	 * Create a registration.
	 * @param name the name of the service, unique in the application
	 * @param lifecycle the service
	 */
	public ServiceRegistration(String name, ServiceLifecycle lifecycle) {
		this(name, lifecycle, null);
	}

	/**
	 * Create a registration of a {@link Lifecycle} that need not exist yet, such as the
	 * container of a message listener: <pre class="code">
	 * new ServiceRegistration("votes", () -&gt; registry.getListenerContainer("votes")).dependsOn("store")
	 * </pre> The supplier is asked at each start of the service. Its {@link Lifecycle}
	 * must not start by itself. It is stopped as Spring would stop it, with a callback if
	 * it takes one, before what the service depends on. The service fails, and so is
	 * restarted, if a health check finds that it has stopped by itself; {@link #health}
	 * can set another {@code failureThreshold} than 1.
	 * @param name the name of the service, unique in the application
	 * @param lifecycle supplies what is started and stopped, on any thread
	 */
	public ServiceRegistration(String name, Supplier<? extends Lifecycle> lifecycle) {
		this(name, null, lifecycle);
	}

	private ServiceRegistration(String name, @Nullable ServiceLifecycle lifecycle,
			@Nullable Supplier<? extends Lifecycle> supplier) {
		this.name = name;
		this.lifecycle = lifecycle;
		this.supplier = supplier;
		this.attributes.put("retry", this.retry.attributes);
		this.attributes.put("restart", this.restart.attributes);
		this.attributes.put("health", this.health.attributes);
	}

	/**
	 * Adds services that must run while this one runs.
	 * @param names names of services
	 * @return this
	 */
	public ServiceRegistration dependsOn(String... names) {
		Collections.addAll(this.dependsOn, names);
		return this;
	}

	/**
	 * Adds services that this one waits for until they have come to rest.
	 * @param names names of services
	 * @return this
	 */
	public ServiceRegistration after(String... names) {
		Collections.addAll(this.after, names);
		return this;
	}

	/**
	 * Drops inferred dependencies: those on services that are injected into the factory
	 * method of this registration, say.
	 * @param names names of services
	 * @return this
	 */
	public ServiceRegistration excludeDependencies(String... names) {
		Collections.addAll(this.excludeDependencies, names);
		return this;
	}

	/**
	 * Sets whether the application needs this service.
	 * @param required whether it does
	 * @return this
	 */
	public ServiceRegistration required(boolean required) {
		this.attributes.put("required", required);
		return this;
	}

	/**
	 * Sets what the operator wants of the service.
	 * @param activation the activation
	 * @return this
	 */
	public ServiceRegistration activation(Activation activation) {
		this.activation = activation;
		return this;
	}

	/**
	 * Sets the type of the value that the service provides to others.
	 * @param type the type
	 * @return this
	 */
	public ServiceRegistration provides(Class<?> type) {
		this.attributes.put("provides", Given.value(type, "provides"));
		return this;
	}

	/**
	 * Sets how long preparing the service may take.
	 * @param timeout above 0
	 * @return this
	 */
	public ServiceRegistration prepareTimeout(Duration timeout) {
		this.attributes.put("prepareTimeout", Given.duration(timeout, "prepareTimeout"));
		return this;
	}

	/**
	 * Sets how long one attempt to start the service may take.
	 * @param timeout above 0
	 * @return this
	 */
	public ServiceRegistration startTimeout(Duration timeout) {
		this.attributes.put("startTimeout", Given.duration(timeout, "startTimeout"));
		return this;
	}

	/**
	 * Sets how long stopping the service may take, with all attempts and the waits
	 * between them.
	 * @param timeout above 0
	 * @return this
	 */
	public ServiceRegistration stopTimeout(Duration timeout) {
		this.attributes.put("stopTimeout", Given.duration(timeout, "stopTimeout"));
		return this;
	}

	/**
	 * Sets how a failed start or stop is retried:
	 * {@code retry((retry) -> retry.maxRetries(5))}.
	 * @param retry sets what differs from the configured defaults
	 * @return this
	 */
	public ServiceRegistration retry(Consumer<Retry.Spec> retry) {
		Given.value(retry, "retry").accept(this.retry);
		return this;
	}

	/**
	 * Sets what happens when the service fails while it is running:
	 * {@code restart((restart) -> restart.maxRestarts(3))}.
	 * @param restart sets what differs from the configured defaults
	 * @return this
	 */
	public ServiceRegistration restart(Consumer<Restart.Spec> restart) {
		Given.value(restart, "restart").accept(this.restart);
		return this;
	}

	/**
	 * Sets when the checks of the service are made:
	 * {@code health((health) -> health.failureThreshold(3))}.
	 * @param health sets what differs from the configured defaults
	 * @return this
	 */
	public ServiceRegistration health(Consumer<HealthCheck.Spec> health) {
		Given.value(health, "health").accept(this.health);
		return this;
	}

	/**
	 * Sets how long the running service may go without a beat before it fails.
	 * @param watchdog above 0
	 * @return this
	 */
	public ServiceRegistration watchdog(Duration watchdog) {
		this.attributes.put("watchdog", Given.duration(watchdog, "watchdog"));
		return this;
	}

	/**
	 * Sets how long the service goes on running after the last {@linkplain Demand demand}
	 * for it was closed, if it is on demand.
	 * @param idleTimeout 0 or more
	 * @return this
	 */
	public ServiceRegistration idleTimeout(Duration idleTimeout) {
		this.attributes.put("idleTimeout", Given.duration(idleTimeout, "idleTimeout"));
		return this;
	}

	/**
	 * Sets the lease without which the service does not run: one instance of the
	 * application holds it at a time.
	 * @param lease the name of the lease, 1 to 48 characters
	 * @return this
	 */
	public ServiceRegistration lease(String lease) {
		this.attributes.put("lease", Given.value(lease, "lease"));
		return this;
	}

	/**
	 * Sets how many events wait for the hooks of the service until the oldest one is
	 * dropped.
	 * @param eventBuffer 1 or more
	 * @return this
	 */
	public ServiceRegistration eventBuffer(int eventBuffer) {
		this.attributes.put("eventBuffer", eventBuffer);
		return this;
	}

	/**
	 * The name of the service.
	 * @return the name
	 */
	public String getName() {
		return this.name;
	}

	/**
	 * The service.
	 * @return the service, or {@code null} if it is a {@link Lifecycle} that is supplied
	 */
	public @Nullable ServiceLifecycle getLifecycle() {
		return this.lifecycle;
	}

	/**
	 * What supplies the {@link Lifecycle} that is the service.
	 * @return the supplier, or {@code null} if the service is a {@link ServiceLifecycle}
	 */
	public @Nullable Supplier<? extends Lifecycle> getSupplier() {
		return this.supplier;
	}

	/**
	 * The services that must run while this one runs.
	 * @return their names
	 */
	public List<String> getDependsOn() {
		return Collections.unmodifiableList(this.dependsOn);
	}

	/**
	 * The services that this one waits for.
	 * @return their names
	 */
	public List<String> getAfter() {
		return Collections.unmodifiableList(this.after);
	}

	/**
	 * The inferred dependencies that are dropped.
	 * @return their names
	 */
	public List<String> getExcludeDependencies() {
		return Collections.unmodifiableList(this.excludeDependencies);
	}

	/**
	 * What the operator wants of the service.
	 * @return the activation
	 */
	public Activation getActivation() {
		return this.activation;
	}

	/**
	 * All of it, as if the service had been annotated.
	 * @return what is set, and the defaults of {@link ManagedService} for everything else
	 */
	public ManagedService getAttributes() {
		Map<String, Object> all = new LinkedHashMap<>(this.attributes);
		all.put("name", this.name);
		all.put("dependsOn", this.dependsOn.toArray(new String[0]));
		all.put("after", this.after.toArray(new String[0]));
		all.put("excludeDependencies", this.excludeDependencies.toArray(new String[0]));
		all.put("activation", this.activation);
		all.values().removeIf(Objects::isNull);
		return MergedAnnotation.of(ManagedService.class, all).synthesize();
	}

}
