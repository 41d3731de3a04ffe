package io.managedservices.sample;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

import io.managedservices.ManagedService;

/**
 * Serves the open polls of a database.
 *
 * @since 0.1.0
 */
@SpringBootApplication(proxyBeanMethods = false)
public class PollsApplication {

	private static final Logger logger = LoggerFactory.getLogger("notifier");

	/**
	 * Runs the application.
	 * @param args of the command line
	 */
	public static void main(String[] args) {
		SpringApplication.run(PollsApplication.class, args);
	}

	/**
	 * Tells every hour which polls close soon. {@link Reminder} knows nothing of managed
	 * services, so the annotation names the methods that start and stop it. It depends on
	 * {@code pollBook} because that is injected, and waits for {@code statistics} only to
	 * come to rest, running or not.
	 * @param pollBook the polls to tell of
	 * @return the notifier
	 */
	@Bean
	@ManagedService(after = "statistics", startMethod = "open", stopMethod = "close")
	Reminder notifier(PollBook pollBook) {
		return new Reminder(Duration.ofHours(1), () -> pollBook.closingWithin(Duration.ofDays(1))
			.forEach((poll) -> logger.info("'{}' closes at {}", poll.question(), poll.closesAt())));
	}

}
