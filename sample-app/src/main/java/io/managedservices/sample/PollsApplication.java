// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.Clock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/**
 * Serves the open polls of a database.
 *
 * @since 0.1.0
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class PollsApplication {

	/**
	 * Runs the application.
	 * @param args of the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(PollsApplication.class, args);
	}

	// All ask this one for the time, SQL included, so that tests can let it pass.
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
