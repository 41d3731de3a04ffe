// SPDX-License-Identifier: Apache-2.0
package io.managedservices;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method, or each public method of a class, that needs services which run on demand: a
 * {@link Demand} is opened before the call, which waits until they run, and closed after
 * it, or when the stage that it returns has completed. A method that returns before its
 * work is done in another way, such as with a {@code Callable}, is refused. Works on
 * beans of Spring, in calls from outside the bean. The method wins over its class.
 * <pre class="code">
 * &#64;RestController
 * &#64;ServiceDemand("search")
 * class SearchController { … }
 * </pre>
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface ServiceDemand {

	/**
	 * The services that are needed.
	 * @return their names, at least one
	 */
	String[] value();

	/**
	 * How long the call waits for each of them to run. After that it throws a
	 * {@link io.managedservices.state.ServiceException}, which the web layer answers with
	 * 503.
	 * @return a duration of 0 or more, which may be a placeholder
	 */
	String timeout() default "30s";

}
