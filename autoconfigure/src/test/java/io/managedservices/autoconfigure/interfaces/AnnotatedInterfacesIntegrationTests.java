// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.interfaces;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

import io.managedservices.ManagedService;
import io.managedservices.ManagedServices;
import io.managedservices.ServiceLifecycle;
import io.managedservices.autoconfigure.ManagedServicesAutoConfiguration;
import io.managedservices.internal.discovery.AnnotatedInterfaces;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnnotatedInterfaces}.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AnnotatedInterfacesIntegrationTests {

	@Test
	void runWhenNoBeanIsOfAnnotatedInterfaceWarns(CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.run()) {
			assertThat(context.getBean(ManagedServices.class).snapshots()).extracting("name").containsExactly("used");
		}
		assertThat(output)
			.containsOnlyOnce("@ManagedService on %s does nothing: no bean is an instance of it"
				.formatted(Unused.class.getName()))
			.containsOnlyOnce("@ManagedService on %s does nothing".formatted(UnusedBase.class.getName()))
			.doesNotContain("@ManagedService on " + Used.class.getName());
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@ComponentScan(excludeFilters = @ComponentScan.Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class))
	@ImportAutoConfiguration(ManagedServicesAutoConfiguration.class)
	static class Application {

		@Bean
		UsedService used() {
			return new UsedService();
		}

	}

	@ManagedService
	interface Unused extends ServiceLifecycle {

	}

	static class UnusedService implements Unused {

	}

	@ManagedService
	abstract static class UnusedBase implements ServiceLifecycle {

	}

	@ManagedService
	interface Used extends ServiceLifecycle {

	}

	static class UsedService implements Used {

	}

}
