// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.stereotype.Component;

import io.managedservices.event.OnServiceEvent;
import io.managedservices.state.Activation;

/**
 * Marks a singleton bean as a service: it is started once its dependencies run, retried
 * with backoff while it fails to start, and stopped once its dependents have stopped.
 * <p>
 * On a class it is a {@link Component}; on a {@code @Bean} method it manages a bean of
 * any class: <pre class="code">
 * &#64;ManagedService(dependsOn = "database", retry = @Retry(maxRetries = 5))
 * class PollBook implements ServiceLifecycle { … }
 *
 * &#64;Bean
 * &#64;ManagedService(startMethod = "connect", stopMethod = "close")
 * Broker broker() { … }
 * </pre>
 * <p>
 * What a service depends on is the union of {@link #dependsOn()}, Spring's
 * {@code @DependsOn} and injection: a service that is injected with another one, directly
 * or through unmanaged beans, depends on it. Every setting can be overridden by
 * {@code managed-services.services.<name>.*}. All that is text may have placeholders.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface ManagedService {

	/**
	 * Stands in annotations for a number that is not set, so that what is configured
	 * holds. -1 is no limit, or refused where there has to be one.
	 */
	int NOT_SET = Integer.MIN_VALUE;

	/**
	 * The name of the service, unique in the application.
	 * @return the name, by default the name of the bean
	 */
	String name() default "";

	/**
	 * The names of the services that must run before this one starts and for as long as
	 * it runs.
	 * @return names of services, each once
	 */
	String[] dependsOn() default {};

	/**
	 * The names of the services that this one waits for until they have come to rest:
	 * running, failed, not wanted or absent. Whether they run does not matter.
	 * @return names of services, each once; a name that is absent is no error
	 */
	String[] after() default {};

	/**
	 * Whether the application needs this service: the failure of a required service is
	 * the application's failure, that of an optional one is only shown.
	 * @return {@code true} by default
	 */
	boolean required() default true;

	/**
	 * What the operator wants of the service.
	 * @return {@link Activation#ENABLED} by default
	 */
	Activation activation() default Activation.ENABLED;

	/**
	 * How long preparing the service may take.
	 * @return a duration above 0, such as {@code 10s}; empty, the default, for
	 * {@code managed-services.defaults.prepare-timeout}
	 */
	String prepareTimeout() default "";

	/**
	 * How long one attempt to start the service may take.
	 * @return a duration above 0; empty, the default, for
	 * {@code managed-services.defaults.start-timeout}
	 */
	String startTimeout() default "";

	/**
	 * How long stopping the service may take, with all attempts and the waits between
	 * them.
	 * @return a duration above 0; empty, the default, for
	 * {@code managed-services.defaults.stop-timeout}
	 */
	String stopTimeout() default "";

	/**
	 * How a failed start or stop is retried.
	 * @return by default {@code managed-services.defaults.retry}
	 */
	Retry retry() default @Retry;

	/**
	 * What happens when the service fails while it is running.
	 * @return by default {@code managed-services.defaults.restart}
	 */
	Restart restart() default @Restart;

	/**
	 * When the checks of the service are made.
	 * @return by default {@code managed-services.defaults.health}
	 */
	HealthCheck health() default @HealthCheck;

	/**
	 * How long the running service may go without a {@linkplain ServiceContext#beat()
	 * beat} before it fails.
	 * @return a duration above 0; empty, the default, for
	 * {@code managed-services.defaults.watchdog}
	 */
	String watchdog() default "";

	/**
	 * How many events wait for the {@linkplain OnServiceEvent hooks} of the service, but
	 * for those that have a {@linkplain OnServiceEvent#buffer() bound} of their own,
	 * until the oldest one is dropped.
	 * @return 1 or more; by default what {@code managed-services.defaults.event-buffer}
	 * says
	 */
	int eventBuffer() default NOT_SET;

	/**
	 * How long the service goes on running after the last {@linkplain Demand demand} for
	 * it was closed, if it is {@linkplain Activation#ON_DEMAND on demand}.
	 * @return a duration of 0 or more; empty, the default, for
	 * {@code managed-services.defaults.idle-timeout}
	 */
	String idleTimeout() default "";

	/**
	 * The lease without which the service does not run: of all instances of the
	 * application that share a store of leases, one holds it at a time. Services with the
	 * same lease run on the same instance.
	 * @return the name of the lease, 1 to 48 characters; empty, the default, for none
	 */
	String lease() default "";

	/**
	 * The name of a method without parameters that starts a bean whose class does not
	 * implement {@link ServiceLifecycle}.
	 * @return the name, empty for none
	 */
	String startMethod() default "";

	/**
	 * The name of a method without parameters that stops a bean whose class does not
	 * implement {@link ServiceLifecycle}.
	 * @return the name, empty for none
	 */
	String stopMethod() default "";

	/**
	 * The type of the value that the service {@linkplain ServiceContext#provide provides}
	 * to others, so that {@link Provided} knows which service it is about.
	 * @return the type, {@code void} for none
	 */
	Class<?> provides() default void.class;

	/**
	 * Whether the type that the service {@linkplain #provides() provides}, which has to
	 * be an interface, can be injected itself: each call goes to the present value, or
	 * throws a {@link io.managedservices.state.ServiceException} while there is none. Any
	 * other bean of that type comes first. To inject it makes no dependency.
	 * @return {@code false} by default
	 */
	boolean injectable() default false;

	/**
	 * The names of services to drop from the dependencies that were inferred from
	 * injection, for one that is only called when it happens to run.
	 * @return names of services
	 */
	String[] excludeDependencies() default {};

}
