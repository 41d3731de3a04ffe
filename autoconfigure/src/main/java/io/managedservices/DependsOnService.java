// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a service of a message listener: its container starts when the services that it
 * depends on are running, and stops before they do. <pre class="code">
 * &#64;KafkaListener(id = "votes", topics = "votes")
 * &#64;DependsOnService("store")
 * void vote(String vote) { … }
 * </pre>
 * <p>
 * Stands beside {@code @JmsListener}, {@code @KafkaListener} or {@code @RabbitListener}
 * on a method, or on a class for all of its listeners; that of a method takes the place
 * of that of its class. The service has the {@code id} of the listener as its name, else
 * {@code <class>.<method>}, for example {@code voteListener.vote}, and {@code <class>}
 * for a listener that is a class. The application need not set {@code autoStartup}.
 * {@code managed-services.listeners.<name>.depends-on} overrides the annotation.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DependsOnService {

	/**
	 * The services that must run while the listener runs. Placeholders are resolved.
	 * @return names of services, at least one
	 */
	String[] value();

}
