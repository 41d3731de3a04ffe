package io.managedservices.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Serves the open polls of a database.
 *
 * @since 0.1.0
 */
@SpringBootApplication(proxyBeanMethods = false)
public class PollsApplication {

	/**
	 * Runs the application.
	 * @param args of the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(PollsApplication.class, args);
	}

}
