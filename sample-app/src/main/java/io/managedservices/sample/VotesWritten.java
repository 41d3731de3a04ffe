// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

import java.util.Set;

/**
 * Votes were written to the database. Immutable.
 *
 * @param polls the keys of the polls that they are for
 */
record VotesWritten(Set<Long> polls) {

}
