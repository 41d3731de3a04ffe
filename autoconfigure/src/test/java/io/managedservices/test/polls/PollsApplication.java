// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application that {@code docs/testing.md} tests.
 */
@SpringBootApplication
class PollsApplication {

}
