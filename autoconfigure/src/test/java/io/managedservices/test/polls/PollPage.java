// SPDX-License-Identifier: Apache-2.0
package io.managedservices.test.polls;

import org.springframework.stereotype.Controller;

/**
 * Is no service.
 */
@Controller
class PollPage {

}
