// SPDX-License-Identifier: Apache-2.0
package io.managedservices.autoconfigure.exit;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Keeps the standard output clean where the graph is printed to it: no banner, and only
 * errors in the log, unless something else is set. Stateless.
 */
final class PrintEnvironment implements EnvironmentPostProcessor, Ordered {

	@Override
	public int getOrder() {
		// After the files that may ask for it.
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (StringUtils.hasText(environment.getProperty("managed-services.print"))) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("managedServicesPrint",
						Map.of("spring.main.banner-mode", "off", "logging.threshold.console", "error")));
		}
	}

}
