// SPDX-License-Identifier: Apache-2.0
package io.managedservices.integration;

import java.io.IOException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A Spring Boot Admin server, which runs until its input ends. It knows none of the
 * server's types: those are on the class path of {@link AdminServer}.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class AdminServerApplication {

	/** What {@code @EnableAdminServer} imports. */
	private static final String ENABLED = "de.codecentric.boot.admin.server.config.AdminServerMarkerConfiguration";

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = SpringApplication.run(AdminServerApplication.class,
				"--spring.main.sources=" + ENABLED, "--spring.main.banner-mode=off", "--server.address=127.0.0.1",
				"--server.port=0")) {
			System.out.println(AdminServer.PORT + context.getEnvironment().getProperty("local.server.port"));
			// Whoever has started it may end without a farewell.
			while (System.in.read() >= 0) {
				continue;
			}
		}
	}

}
