// SPDX-License-Identifier: Apache-2.0
package io.managedservices.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.managedservices.monitor.LifecycleListener;

/**
 * Marks the events of a type as seen outside the services: by {@link LifecycleListener}s
 * and as Spring application events. Others are internal. So many of them wait for each
 * listener as {@code managed-services.work.exposed-event-buffer} says; when one is too
 * slow further ones are dropped for it and counted, and a warning says so. Hooks of
 * services get all of them.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface ExposedEvent {

}
