// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the services of an application without the rest of it. Of the classes that are
 * scanned only those with {@code @ManagedService} become beans, and of the
 * auto-configurations only those of services apply: there is no web server, and no
 * database. What services need besides is imported, or replaced by a mock; so are
 * configuration classes, such as one with {@code ServiceRegistration} beans. <pre class=
 * "code">
 * &#64;ManagedServicesTest
 * class PollBookTests {
 *
 * 	&#64;MockitoBean
 * 	PollRepository polls;
 *
 * }
 * </pre>
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(ManagedServicesTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ManagedServicesTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface ManagedServicesTest {

	/**
	 * Properties that are added to the {@link Environment} before the test runs.
	 * @return properties in the form {@code key=value}
	 */
	String[] properties() default {};

	/**
	 * Whether classes with {@code @ManagedService} become beans.
	 * @return {@code false} if only {@link #includeFilters()} counts
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Which other scanned classes become beans.
	 * @return filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Which scanned classes do not become beans.
	 * @return filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Which auto-configurations of this test do not apply.
	 * @return their classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
