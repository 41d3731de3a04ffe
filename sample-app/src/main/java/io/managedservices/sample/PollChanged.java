// SPDX-License-Identifier: Apache-2.0
package io.managedservices.sample;

/**
 * Something was done with a poll: it was opened or closed, say. Published within the
 * transaction that does so. Immutable.
 *
 * @param id the key of the poll
 */
record PollChanged(long id) {

}
