// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;

/**
 * Brings simulated time to a test: a {@link SimulatedTime} for all services of the
 * application, and its {@link java.time.Clock} for all beans that ask for the time. To be
 * put on a test class, with Spring Boot's test annotations, or on a configuration of the
 * test. <pre class="code">
 * &#64;SpringBootTest
 * &#64;SimulatedServices(startingAt = "2030-01-01T00:00:00Z")
 * class RemindersTests {
 *
 * 	&#64;Autowired
 * 	SimulatedTime time;
 *
 * }
 * </pre> A {@code SimulatedTime} bean of the test takes the place of this one. The clock
 * is primary, so that it is injected instead of the clock of the application, unless that
 * is primary as well.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Import(SimulatedServicesSelector.class)
public @interface SimulatedServices {

	/**
	 * The first time of the wall clock.
	 * @return an instant such as {@code 2030-01-01T00:00:00Z}; empty for now
	 */
	String startingAt() default "";

}
