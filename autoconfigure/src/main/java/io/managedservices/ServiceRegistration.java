// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

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
 * To be configured by one thread before the services are discovered.
 *
 * @since 0.1.0
 */
public final class ServiceRegistration {

	private final String name;

	private final ServiceLifecycle lifecycle;

	private final List<String> dependsOn = new ArrayList<>();

	private final List<String> after = new ArrayList<>();

	private final List<String> excludeDependencies = new ArrayList<>();

	private boolean required = true;

	private Activation activation = Activation.ENABLED;

	private @Nullable Class<?> provides;

	/** The attributes of {@link Retry} that are set. */
	private final Map<String, Object> retry = new LinkedHashMap<>();

	/**
	 * Create a registration.
	 * @param name the name of the service, unique in the application
	 * @param lifecycle the service
	 */
	public ServiceRegistration(String name, ServiceLifecycle lifecycle) {
		this.name = name;
		this.lifecycle = lifecycle;
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
		this.required = required;
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
		this.provides = type;
		return this;
	}

	/**
	 * Sets how often a failed start is tried again, as {@link Retry#maxRetries()} does.
	 * @param maxRetries 0 or more, or -1 for no limit
	 * @return this
	 */
	public ServiceRegistration maxRetries(int maxRetries) {
		this.retry.put("maxRetries", maxRetries);
		return this;
	}

	/**
	 * Sets the wait before the first retry, what it is multiplied with after each, and
	 * the longest wait, as {@link Retry#delay()}, {@link Retry#multiplier()} and
	 * {@link Retry#maxDelay()} do.
	 * @param delay 0 or more
	 * @param multiplier 1 or more
	 * @param maxDelay above 0
	 * @return this
	 */
	public ServiceRegistration retryDelay(Duration delay, double multiplier, Duration maxDelay) {
		this.retry.put("delay", delay.toString());
		this.retry.put("multiplier", multiplier);
		this.retry.put("maxDelay", maxDelay.toString());
		return this;
	}

	/**
	 * Sets the types of exceptions after which a start is not tried again, as
	 * {@link Retry#excludes()} does.
	 * @param types types of exceptions
	 * @return this
	 */
	@SafeVarargs
	public final ServiceRegistration retryExcludes(Class<? extends Throwable>... types) {
		List<Class<?>> excludes = new ArrayList<>();
		for (Class<? extends Throwable> type : types) {
			excludes.add(type);
		}
		this.retry.put("excludes", excludes.toArray(new Class<?>[0]));
		return this;
	}

	/**
	 * Sets the types of exceptions after which a start is tried again although they are
	 * mistakes in the program, as {@link Retry#includes()} does.
	 * @param types types of exceptions
	 * @return this
	 */
	@SafeVarargs
	public final ServiceRegistration retryIncludes(Class<? extends Throwable>... types) {
		List<Class<?>> includes = new ArrayList<>();
		for (Class<? extends Throwable> type : types) {
			includes.add(type);
		}
		this.retry.put("includes", includes.toArray(new Class<?>[0]));
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
	 * @return the service
	 */
	public ServiceLifecycle getLifecycle() {
		return this.lifecycle;
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
	 * Whether the application needs this service.
	 * @return whether it does
	 */
	public boolean isRequired() {
		return this.required;
	}

	/**
	 * What the operator wants of the service.
	 * @return the activation
	 */
	public Activation getActivation() {
		return this.activation;
	}

	/**
	 * The type of the value that the service provides to others.
	 * @return the type, or {@code null} for none
	 */
	public @Nullable Class<?> getProvides() {
		return this.provides;
	}

	/**
	 * How a failed start is retried.
	 * @return what is set, and the defaults of {@link Retry} for everything else
	 */
	public Retry getRetry() {
		return MergedAnnotation.of(Retry.class, this.retry).synthesize();
	}

}
