// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.managedservices.ManagedService;
import io.managedservices.ServiceContext;

/**
 * Hooks events of other services: a method of a service with a parameter whose type is
 * that of the events. In any order it may have an {@link EventOrigin} besides, and the
 * {@link ServiceContext} of its own service. Called as {@link ServiceEvents} tells;
 * events are held for it from the start of the application on, also while its service
 * does not run.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface OnServiceEvent {

	/**
	 * The name of the service whose events are hooked, which may be a placeholder.
	 * @return the name, empty for those of all services
	 */
	String source() default "";

	/**
	 * What happens to an event that cannot be taken now.
	 * @return the policy
	 */
	EventPolicy policy() default EventPolicy.BUFFER;

	/**
	 * How many events wait for this hook alone, with {@link EventPolicy#BUFFER}: if there
	 * is one more, the oldest of them is dropped. They do not count among those of the
	 * service, and never make room for them.
	 * @return 1 or more; by default it has none of its own: they wait among those of the
	 * service, as many as {@link ManagedService#eventBuffer()} says
	 */
	int buffer() default ManagedService.NOT_SET;

}
