// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Brings the clock of the application.
 */
@Configuration(proxyBeanMethods = false)
class PollClock {

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
