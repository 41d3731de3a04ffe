// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import io.managedservices.event.ExposedEvent;

/**
 * A poll has closed. Immutable.
 *
 * @param id the key of the poll
 * @param question what was asked
 */
@ExposedEvent
record PollClosed(long id, String question) {

}
