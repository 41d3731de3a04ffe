// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.time.OffsetDateTime;

/**
 * A poll as it was when the poll book was loaded. Immutable.
 *
 * @param id the key in the database
 * @param question what is asked
 * @param closesAt until when it is open
 * @param votes how many have voted
 */
record Poll(long id, String question, OffsetDateTime closesAt, long votes) {

}
